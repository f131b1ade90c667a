import { lambda } from "./cases/lambda.ts";
import { describeCases } from "./describe-cases.ts";

describeCases("a Lambda function has as many invocations as its limits and theory say", lambda);
