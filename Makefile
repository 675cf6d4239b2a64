# Each command makes its own virtual environment, and installs again only when pyproject.toml has changed.
PYTHON ?= python3
PORT ?=

.PHONY: run test environment clean

run: .venv/installed
	.venv/bin/lrviz $(if $(PORT),--port $(PORT))

test: environment
	CHROMIUM="$$(.venv-test/bin/python tests/browser/chromium.py)" && export CHROMIUM && .venv-test/bin/python -m pytest
	@if command -v node >/dev/null; then node --test tests/player/*.test.mjs; \
	else echo "Node is not installed: the tests of the player's modules were left out."; fi

environment: .venv-test/installed

.venv-test/installed: EXTRA = [test]
.venv/installed .venv-test/installed: pyproject.toml
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --disable-pip-version-check --editable ".$(EXTRA)"
	touch $@

clean:
	rm -rf .venv .venv-test build lrviz.egg-info

# The libraries themselves as oracles, in an environment that is kept, and made again when its list has changed.
ORACLES ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/lrviz/oracles

.PHONY: oracles
oracles: $(ORACLES)/installed
	KERAS_BACKEND=jax $(ORACLES)/bin/python -m pytest tests/oracles

$(ORACLES)/installed: tests/oracles/requirements.txt
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --disable-pip-version-check --requirement $<
	touch $@

# Every figure beside the alternative in the same run. What counts is the ratio; the times are meant for a quiet machine.
.PHONY: benchmarks
benchmarks: environment $(ORACLES)/installed
	CHROMIUM="$$(.venv-test/bin/python tests/browser/chromium.py)" && export CHROMIUM && \
	.venv-test/bin/python -m tests.benchmarks --oracles $(ORACLES)/bin/python
