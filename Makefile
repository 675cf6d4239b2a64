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

# The numbers on other processors than this one: on functions that err by 4 units in the last place, as NumPy's may, and
# without the wide registers of this processor, where it has some.
.PHONY: numbers
NUMERIC = $(addprefix tests/,optimizers schedules simulation analysis formula problems figures test_catalog.py test_linear.py)
# What is said of a chaotic run holds for the run that is shown: the judges of words simulate it again, alone.
WORDS = $(addprefix --ignore=tests/analysis/,test_true_words.py test_trials.py)
numbers: environment
	LRVIZ_ULPS=4 .venv-test/bin/python -m pytest $(NUMERIC) $(WORDS)
	@WIDE="$$(.venv-test/bin/python tests/erring.py)" && if [ -n "$$WIDE" ]; then \
	echo "Without $$WIDE:" && NPY_DISABLE_CPU_FEATURES="$$WIDE" .venv-test/bin/python -m pytest $(NUMERIC); \
	else echo "This processor has no wide registers that NumPy could leave alone."; fi

environment: .venv-test/installed

.venv-test/installed: EXTRA = [test]
.venv/installed .venv-test/installed: pyproject.toml
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --disable-pip-version-check --editable ".$(EXTRA)"
	touch $@

clean:
	rm -rf .venv .venv-test build lrviz.egg-info

# The libraries themselves as oracles, in an environment that is kept, and made again when its list has changed: the
# mark is named by what the list says, because a fresh checkout is always newer than an environment that outlives it.
ORACLES ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/lrviz/oracles
LIBRARIES := $(ORACLES)/installed-$(firstword $(shell cksum tests/oracles/requirements.txt))

.PHONY: oracles libraries
oracles: libraries
	KERAS_BACKEND=jax $(ORACLES)/bin/python -m pytest tests/oracles

libraries: $(LIBRARIES)

$(LIBRARIES):
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --disable-pip-version-check --requirement tests/oracles/requirements.txt
	touch $@

# Every figure beside the alternative in the same run. What counts is the ratio; the times are meant for a quiet machine.
.PHONY: benchmarks
benchmarks: environment libraries
	CHROMIUM="$$(.venv-test/bin/python tests/browser/chromium.py)" && export CHROMIUM && \
	.venv-test/bin/python -m tests.benchmarks --oracles $(ORACLES)/bin/python
