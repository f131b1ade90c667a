import { RequestFields } from "../request-fields.ts";
import { AwsError, type AwsRecord } from "../service.ts";

/** CloudWatch's errors by the names of the present protocol, with those of the former one (API reference, Common errors). */
export function cloudWatchError(code: keyof typeof QUERY_CODES, message: string): AwsError {
  const { queryCode, statusCode } = QUERY_CODES[code];
  return new AwsError(code, message, { queryCode, statusCode });
}

export function fieldsOf(input: AwsRecord): RequestFields {
  return new RequestFields(input, (fault, message) =>
    cloudWatchError(fault === "missing" ? "MissingRequiredParameterException" : "InvalidParameterValueException", message),
  );
}

const QUERY_CODES = {
  MissingRequiredParameterException: { queryCode: "MissingParameter", statusCode: 400 },
  InvalidParameterValueException: { queryCode: "InvalidParameterValue", statusCode: 400 },
  InvalidParameterCombinationException: { queryCode: "InvalidParameterCombination", statusCode: 400 },
  InvalidFormatFault: { queryCode: "InvalidFormat", statusCode: 400 },
  ResourceNotFound: { queryCode: "ResourceNotFound", statusCode: 404 },
} as const;
