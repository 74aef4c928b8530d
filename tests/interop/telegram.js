// A Bot API server that others wrote, for our tests: node telegram.js PORT. Says so on a line when it listens; ends with its input.
const { createRequire } = require('module');
const path = require('path');
const root = path.join(__dirname, '..', '..', 'artifacts', 'interop');
const TelegramServer = createRequire(path.join(root, 'package.json'))('telegram-test-api');

const server = new TelegramServer({ port: Number(process.argv[2]), host: '127.0.0.1', storage: 'RAM', storeTimeout: 3600 });
server.start().then(() => console.log('listening'), error => { console.error(String(error)); process.exit(1); });
process.stdin.on('end', () => process.exit(0)).resume();
