#!/usr/bin/env bash
# Returns when the group wants this instance in service. An instance of a warm pool is prepared first, and must not take
# messages meanwhile: its launch hook is completed, so that it may go to sleep, and the worker waits for its turn.
set -euo pipefail
# shellcheck source=/dev/null
. /etc/headroom/launch.env

metadata=${METADATA_URL:-http://169.254.169.254}
poll_sec=${POLL_SEC:-5}

token() {
  curl -fsS -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$metadata/latest/api/token"
}

read_metadata() {
  curl -fsS -m 5 -H "X-aws-ec2-metadata-token: $1" "$metadata/latest/meta-data/$2"
}

has_reported=
while true; do
  # Not there yet in the first seconds: then it is asked again.
  if key=$(token) && state=$(read_metadata "$key" autoscaling/target-lifecycle-state); then
    case $state in
      InService) exit 0 ;;
      Warmed:*)
        if [ -n "$LAUNCH_HOOK_NAME" ] && [ -z "$has_reported" ]; then
          instance=$(read_metadata "$key" instance-id)
          if aws autoscaling complete-lifecycle-action --region "$AWS_REGION" --auto-scaling-group-name "$GROUP_NAME" \
            --lifecycle-hook-name "$LAUNCH_HOOK_NAME" --instance-id "$instance" --lifecycle-action-result CONTINUE; then
            has_reported=yes
          fi
        fi
        ;;
      Terminated) exit 1 ;;
    esac
  fi
  sleep "$poll_sec"
done
