# What the scripts beside this one share. To be sourced by them, with `set -euo pipefail`.
# shellcheck shell=bash

STACKS="banking jobs emails orders payments"
ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
INFRA=$ROOT/infra
# Where the built command and bundles are.
export DIST=$ROOT/dist

say() {
  printf '%s\n' "$*" >&2
}

# For whatever is the caller's to mend; 2 is bad input or a missing tool, as with the headroom command.
fail() {
  say "${0##*/}: $*"
  exit 2
}

# need_tool NAME WHAT_FOR HOW_TO_GET
need_tool() {
  command -v "$1" >/dev/null 2>&1 || fail "$1 is not on PATH. It is needed $2; $3."
}

need_terraform() {
  need_tool terraform "to make the infrastructure" "install Terraform 1.10 or later, https://developer.hashicorp.com/terraform/install"
}

need_aws() {
  need_tool aws "to talk to AWS" "install the AWS CLI, version 2, https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
}

# Says who one is at AWS, or what to do about it. Sets ACCOUNT, and REGION where -r did not.
need_credentials() {
  need_aws
  [ -n "$REGION" ] || REGION=$(region_of_stack)
  local answer
  if ! answer=$(aws sts get-caller-identity --region "$REGION" --query Account --output text 2>&1); then
    say "AWS answers: $answer"
    fail "there are no credentials that AWS takes. Log in (aws sso login, aws configure), or set AWS_PROFILE."
  fi
  ACCOUNT=$answer
}

# Takes -e, -s, -r and leaves the rest in REST. Sets ENVIRONMENT, STACK, FOLDER, and REGION if -r is there.
REST=()
read_target() {
  ENVIRONMENT=dev STACK=banking REGION=
  while [ $# -gt 0 ]; do
    case $1 in
      -e | --environment) ENVIRONMENT=${2:-} ;;
      -s | --stack) STACK=${2:-} ;;
      -r | --region) REGION=${2:-} ;;
      *)
        REST+=("$1")
        shift
        continue
        ;;
    esac
    [ $# -ge 2 ] || fail "$1 takes a value after it."
    shift 2
  done
  case $ENVIRONMENT in
    dev | staging | prod) ;;
    *) fail "-e takes dev, staging or prod, and is given \"$ENVIRONMENT\"." ;;
  esac
  case " $STACKS " in
    *" $STACK "*) ;;
    *) fail "-s takes one of: $STACKS. It is given \"$STACK\"." ;;
  esac
  FOLDER=$INFRA/stacks/$STACK
}

# The region that the stack's settings name: those of the environment before the stack's own.
region_of_stack() {
  local found
  found=$(sed -n 's/^aws_region *= *"\(.*\)"/\1/p' "$FOLDER/environments/$ENVIRONMENT.tfvars" 2>/dev/null | head -n 1)
  [ -n "$found" ] || found=$(sed -n '/^variable "aws_region"/,/^}/s/^ *default *= *"\(.*\)"/\1/p' "$FOLDER/variables.tf")
  printf '%s' "$found"
}

# The variables that every call of Terraform gets.
VARIABLES=()
set_variables() {
  VARIABLES=(-var "environment=$ENVIRONMENT" -var "aws_region=$REGION")
  if [ -f "$FOLDER/environments/$ENVIRONMENT.tfvars" ]; then
    VARIABLES=(-var-file "environments/$ENVIRONMENT.tfvars" "${VARIABLES[@]}")
  fi
}

# Alarms link to the runbook, and only you know where your people read it.
has_runbook_url() {
  [ -n "${TF_VAR_runbook_url:-}" ] || grep -qs '^runbook_url *=' "$FOLDER/environments/$ENVIRONMENT.tfvars"
}

# Where Terraform keeps what it knows: one bucket for an account and region, versioned and closed.
STATE_BUCKET=
make_state_bucket() {
  STATE_BUCKET=headroom-state-$ACCOUNT-$REGION
  if aws s3api head-bucket --bucket "$STATE_BUCKET" --region "$REGION" >/dev/null 2>&1; then
    return
  fi
  say "Making the bucket for Terraform's state, $STATE_BUCKET."
  if [ "$REGION" = us-east-1 ]; then
    aws s3api create-bucket --bucket "$STATE_BUCKET" --region "$REGION" >/dev/null
  else
    aws s3api create-bucket --bucket "$STATE_BUCKET" --region "$REGION" --create-bucket-configuration "LocationConstraint=$REGION" >/dev/null
  fi
  aws s3api put-public-access-block --bucket "$STATE_BUCKET" --region "$REGION" \
    --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
  aws s3api put-bucket-versioning --bucket "$STATE_BUCKET" --region "$REGION" --versioning-configuration Status=Enabled
  aws s3api put-bucket-encryption --bucket "$STATE_BUCKET" --region "$REGION" \
    --server-side-encryption-configuration '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"},"BucketKeyEnabled":true}]}'
}

# With the bucket's own lock, so that two who deploy at once do not undo each other.
init_terraform() {
  terraform -chdir="$FOLDER" init -input=false -reconfigure \
    -backend-config="bucket=$STATE_BUCKET" \
    -backend-config="key=headroom/$STACK/$ENVIRONMENT.tfstate" \
    -backend-config="region=$REGION" \
    -backend-config="use_lockfile=true" \
    -backend-config="encrypt=true" >&2
}

output_of() {
  terraform -chdir="$FOLDER" output -raw "$1" 2>/dev/null || true
}

sha256_of() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum "$@"
  elif command -v shasum >/dev/null 2>&1; then
    shasum -a 256 "$@"
  else
    fail "neither sha256sum nor shasum is on PATH; one of them is needed to name what is built by its content."
  fi
}

# The first twelve hexadecimal digits over names and contents of files, whatever their dates.
name_of() {
  sha256_of "$@" | sed 's|  .*/|  |' | sha256_of | cut -c 1-12
}
