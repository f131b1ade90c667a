import { RequestFields } from "../request-fields.ts";
import { AwsError, type AwsRecord } from "../service.ts";

/** Auto Scaling's errors (API reference, Common errors and the errors of each action). */
export function autoScalingError(
  code:
    | "ValidationError"
    | "AlreadyExists"
    | "LimitExceeded"
    | "ResourceInUse"
    | "ScalingActivityInProgress"
    | "InstanceRefreshInProgress"
    | "ActiveInstanceRefreshNotFound"
    | "Throttling",
  message: string,
): AwsError {
  return new AwsError(code, message);
}

export function fieldsOf(input: AwsRecord): RequestFields {
  return new RequestFields(input, (_fault, message) => autoScalingError("ValidationError", message));
}
