# Everything a person needs to build, try and test Athena Workers. Needs make, bash and the .NET SDK that global.json names.
SHELL := /bin/bash
CONFIGURATION ?= Debug
SOLUTION := Athena.Workers.sln

export DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help needs build test histories mutate nightly demo demo-check soak bench contract samples native lock deb apt-repo package-check container-check test-deb format format-check clean

help: ## shows this
	@echo "Athena Workers: small daemons that guard a Grafana. See README.md."
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

needs:
	@tests/demo/needs.sh

build: needs ## builds everything; warnings are errors
	@tests/progress.sh 'Building everything (minutes the first time)' dotnet build $(SOLUTION) -c $(CONFIGURATION) -v quiet -clp:ErrorsOnly

test: build ## runs all tests but the soak; ends with a line of totals
	@tests/interop/install.sh
	@tests/run.sh $(CONFIGURATION)

histories: build ## plays 5,000 random histories of crashes and outages of each daemon (HISTORIES=N), others each time
	@tests/nightly.sh $(CONFIGURATION) histories

mutate: build ## changes the pure parts in small ways and says which changes no test notices (PART=…; an hour)
	@tests/mutate.sh $(PART)

nightly: build ## what takes too long for each change: histories, soak with a flood, the packages made twice, mutate (three hours)
	@tests/nightly.sh $(CONFIGURATION)

demo: needs ## a Grafana to sign up at, the daemons that lock you out and report, and a page that shows it; Ctrl-C ends it
	@tests/demo/demo.sh $(CONFIGURATION)

demo-check: needs ## the demo without a person: says of each promise whether it was kept
	@tests/demo/check.sh $(CONFIGURATION)

soak: build ## kills grafana-auto-disable and grafana-compliance 200 times each with -9 amid their work (some minutes)
	@tests/run.sh $(CONFIGURATION) --soak

bench: needs ## measures how soon an account is locked, memory and CPU time
	@bench/run

contract: needs ## makes artifacts/contract/athena-sandbox, one file that compares a real Grafana with the stand-in
	@dotnet publish sandbox -c Release -v quiet --self-contained -p:PublishSingleFile=true -p:DebugType=none -o artifacts/contract
	@rm -f artifacts/contract/*.json artifacts/contract/*.xml
	@echo "Made artifacts/contract/athena-sandbox. On a host with a Grafana for trials:"
	@echo "  ./athena-sandbox contract --url http://127.0.0.1:3000 --user admin --password-file FILE"

native: needs ## makes artifacts/native/athena-workers: one program of machine code that all daemons are (some minutes)
	@packaging/native.sh

lock: ## writes publish.lock.json of each program anew, the hashes of what is shipped: look at what changed, then commit it
	@for project in src/Workers src/Decisions; do dotnet restore $$project -p:RuntimeIdentifier=linux-x64 -p:RestoreLockedMode=false --force-evaluate -v quiet || exit; done

deb: export LOCKED := yes
deb: native ## makes the Debian packages in artifacts/deb
	@packaging/native.sh athena-workers-decisions
	@tests/deb/needs.sh dh dpkg-buildpackage
	@packaging/deb/build.sh

apt-repo: ## makes artifacts/apt, a signed repository of what make deb made (KEY=the builder's, URL=where hosts find it)
	@packaging/apt-repo.sh "$(KEY)" "$(URL)"

package-check: ## looks at the units and at the packages that make deb made: systemd-analyze, lintian
	@packaging/deb/check.sh

container-check: native contract ## the image's files with a pod's settings (docs/kubernetes.md), without a cluster; as root
	@tests/container/check.sh

test-deb: contract ## the packages that make deb made, on a booted Debian 12 (and 13) in a container, through what may happen to a machine
	@tests/deb/all.sh

samples: build ## writes docs/samples anew: each mail as text, HTML and, with chromium, a picture; and one page with all of them
	@tests/samples.sh $(CONFIGURATION)

format-check: needs ## says whether the code is in the house's format
	@dotnet restore $(SOLUTION) -v quiet
	@dotnet format $(SOLUTION) --verify-no-changes --no-restore

format: needs ## puts the code into the house's format
	@dotnet format $(SOLUTION)

clean: ## removes everything that was built
	@find . -name node_modules -prune -o -type d \( -name bin -o -name obj -o -name TestResults \) -prune -exec rm -rf {} +
	@rm -rf artifacts BenchmarkDotNet.Artifacts
