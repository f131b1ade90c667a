import { optional, webAddress } from "../settings.ts";

/** S3 may be somewhere else than the rest of AWS; the name is that of AWS's SDKs. */
export const S3_ENDPOINT_SETTING = {
  AWS_ENDPOINT_URL_S3: optional(webAddress("where to reach S3, when that is not where the rest of AWS is")),
};
