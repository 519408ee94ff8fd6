#!/bin/sh
# Creates the namespace of the requests when it is not there; what is closed stays readable for 90 days.
set -eu

namespace="${TEMPORAL_NAMESPACE:-default}"
temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$namespace" --retention 90d
