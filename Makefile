# Every recipe sets up what it needs. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
GO ?= go
ADDR ?= localhost:8080

.PHONY: help
help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## start Knead with a demo practice on http://localhost:8080 (another place: make run ADDR=localhost:9000)
	$(GO) run ./cmd/knead serve --demo --addr $(ADDR)

.PHONY: build
build: ## build bin/knead
	$(GO) build -o bin/knead ./cmd/knead

.PHONY: setup
setup:
	@tools/setup.sh

.PHONY: test
test: setup ## every test: unit, laws, race detector, fuzz seeds, FHIR, browser, accessibility
	$(GO) build ./...
	$(GO) test -race -timeout 40m ./...
	$(GO) -C tools test ./...
	npm run --silent test:fhir
	npm run --silent test:browser

.PHONY: lint
lint: setup bin/golangci-lint ## formatting, linters, types of the page's script
	bin/golangci-lint run ./...
	npm run --silent lint

bin/golangci-lint: tools/go.mod
	@echo 'Building the linter (once, about a minute) ...'
	@$(GO) -C tools build -o ../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: bench
bench: ## speed of body, screening, ranking, plan and page
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: sql
sql: bin/sqlc ## rebuild package db from the migrations and the queries
	cd internal/store && ../../bin/sqlc generate
	$(GO) test ./internal/store -run PackageDB -update

bin/sqlc: tools/sqlc/go.mod
	@echo 'Building sqlc (once, about three minutes) ...'
	@$(GO) -C tools/sqlc build -o ../../bin/sqlc github.com/sqlc-dev/sqlc/cmd/sqlc

.PHONY: bundle
bundle: setup ## rebuild the page's script and styles
	$(GO) -C tools run ./bundle

.PHONY: body
body: ## rebuild the skin from its source mesh and compare with what is committed
	body/bodygen/make.sh

.PHONY: pictures
pictures: setup ## take the screenshots in docs/img
	npm run --silent pictures

.PHONY: docs
docs: ## rewrite the generated pages in docs
	$(GO) test ./screen -run Document -update
	$(GO) test ./internal/opendata -run Document -update

.PHONY: calibration
calibration: ## try the ranking on made-up clients and rewrite docs/calibration.md (some minutes)
	$(GO) test ./reason/trial -run Calibration -update -timeout 60m

.PHONY: bench-peers
bench-peers: ## other methods on the nets of the ranking, beside it: time as ratios, error (needs jags: apt-get install jags)
	$(GO) test ./reason -tags peers -run Peers -v -timeout 60m
