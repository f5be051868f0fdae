#!/usr/bin/env python3
"""Faults around the tools: inputs, outputs, signals, resources and odd programs: run.py BIN."""
import sys

import harness
import inputs  # noqa: F401  each registers its cases
import outputs  # noqa: F401
import programs  # noqa: F401
import resources  # noqa: F401
import signals  # noqa: F401

harness.main(sys.argv[1])
