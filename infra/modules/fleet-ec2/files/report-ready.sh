#!/usr/bin/env bash
# Completes the launch hook when the worker receives messages: from then on the instance counts as in service. Without a
# hook there is nothing to say.
set -euo pipefail
# shellcheck source=/dev/null
. /etc/headroom/launch.env
[ -n "$LAUNCH_HOOK_NAME" ] || exit 0

metadata=${METADATA_URL:-http://169.254.169.254}
poll_sec=${POLL_SEC:-1}

# As long as the hook waits: it ends the instance by itself when this does not succeed.
until curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$METRICS_PORT/ready"; do
  sleep "$poll_sec"
done

key=$(curl -fsS -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$metadata/latest/api/token")
instance=$(curl -fsS -m 5 -H "X-aws-ec2-metadata-token: $key" "$metadata/latest/meta-data/instance-id")
# After a restart of the worker the hook has been completed long ago, and AWS says so; that is no failure.
aws autoscaling complete-lifecycle-action --region "$AWS_REGION" --auto-scaling-group-name "$GROUP_NAME" \
  --lifecycle-hook-name "$LAUNCH_HOOK_NAME" --instance-id "$instance" --lifecycle-action-result CONTINUE ||
  echo "The launch hook was not completed; if it still waits, it will time out." >&2
