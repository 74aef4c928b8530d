#!/bin/bash
# Writes docs/samples anew: text and HTML of each mail by the tests, and a picture of each as a browser shows it; and one page with all of
# them, artifacts/samples/index.html.
#   tests/samples.sh [CONFIGURATION]
# The pictures are for people to look at; no test compares them, because fonts differ from host to host.
set -euo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Debug}
samples=docs/samples
wide=660   # the card and its margin
narrow=320 # a small telephone
on_a_telephone=(locked-critical digest compliance-only-admins compliance-summary compliance-report)
in_the_dark=(compliance-only-admins compliance-in-part compliance-summary compliance-report)

for tests in AutoDisable Compliance ActiveUsers; do
    UPDATE_SAMPLES=1 dotnet test "tests/$tests.Tests" -c "$configuration" --no-build --nologo -v quiet --filter 'FullyQualifiedName~ample'
done
UPDATE_SAMPLES=1 dotnet test tests/Workers.Tests -c "$configuration" --no-build --nologo -v quiet --filter FullyQualifiedName~GalleryTests
echo "All on one page: artifacts/samples/index.html"

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
    echo "No pictures: chromium is missing (apt-get install chromium)."
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chromium() {
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-background-networking --user-data-dir="$work/profile" --hide-scrollbars --disable-lcd-text \
        --allow-file-access-from-files --force-device-scale-factor=1 "$@" 2>>"$work/log" || { cat "$work/log" >&2; return 1; }
}

cp "$samples"/*.html "$work/"

# A picture is as high as its page; how high that is only the browser knows.
frames() {
    for mail in "$work"/*.html; do echo "<iframe name='$(basename "$mail" .html) $wide' src='file://$mail' style='width:${wide}px'></iframe>"; done
    for name in "${on_a_telephone[@]}"; do echo "<iframe name='$name $narrow' src='file://$work/$name.html' style='width:${narrow}px'></iframe>"; done
}
pages=$(frames)
cat >"$work/measure.htm" <<END
<!DOCTYPE html><body>$pages<pre id="heights"></pre><script>
onload = () => { for (let i = 0; i < frames.length; i++) heights.textContent += "\n" + frames[i].name + " " + frames[i].document.body.scrollHeight }
</script></body>
END
chromium --dump-dom "file://$work/measure.htm" | sed -n 's/^\([a-z-]* [0-9]* [0-9]*\)\(<\/pre>.*\)\{0,1\}$/\1/p' >"$work/heights"
[ -s "$work/heights" ] || { echo "The browser did not say how high the pages are." >&2; exit 1; }

dark() { # NAME: pictures of the same page for who prefers dark
    case " ${in_the_dark[*]} " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

rm -f "$samples"/*.png
while read -r name width height; do
    picture=$samples/$name.png
    page="file://$work/$name.html"
    if [ "$width" != "$wide" ]; then
        # No window is as narrow as a telephone, but a frame is.
        picture=$samples/$name-$width.png
        echo "<!DOCTYPE html><html style='color-scheme:light dark'><body style='margin:0'><iframe src='$page' style='border:0;width:${width}px;height:${height}px'></iframe></body>" >"$work/frame.htm"
        page="file://$work/frame.htm"
    fi
    chromium --blink-settings=preferredColorScheme=1 --window-size="$width,$height" --screenshot="$picture" "$page" >/dev/null
    if dark "$name"; then
        chromium --blink-settings=preferredColorScheme=0 --window-size="$width,$height" --screenshot="${picture%.png}-dark.png" "$page" >/dev/null
    fi
done <"$work/heights"
# 64 colours are enough for text and take a third of the room.
if command -v pngquant >/dev/null; then
    pngquant --force --ext .png --speed 1 64 "$samples"/*.png
else
    echo "The pictures are three times as large as they need be: pngquant is missing (apt-get install pngquant)."
fi
echo "$(find "$samples" -name '*.png' | wc -l) pictures in $samples, $(du -bch "$samples"/*.png | tail -n 1 | cut -f1) in all. Look at those that changed."
