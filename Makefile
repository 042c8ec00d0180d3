# Two commands: `make run` starts everything, `make test` checks everything. The work is done by config/bootstrap.py.

PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$name; break; }; done)
BOOTSTRAP = @test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it (Debian: apt install python3 python3-venv) and run this again." >&2; exit 1; }; \
	exec $(PYTHON) -m config.bootstrap

.PHONY: run serve test test-full bench chaos clean help

help:
	@echo "make run        start the application for development, with demo data"
	@echo "make serve      start it with production settings (needs SECRET_KEY)"
	@echo "make test       all checks and tests; make test-full adds the long ones"
	@echo "make bench      measure"
	@echo "make chaos      a thousand jobs while workers, Valkey and PostgreSQL are killed; CHAOS_JOBS=100 for fewer"
	@echo "make clean      remove what was installed and built; the data folder stays"

run serve test test-full bench chaos:
	$(BOOTSTRAP) $@

clean:
	rm -rf .venv node_modules static/dist staticfiles test-results .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
