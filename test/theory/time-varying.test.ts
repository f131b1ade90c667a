import { timeVarying } from "./cases/time-varying.ts";
import { describeCases } from "./describe-cases.ts";

describeCases("as many are at work as the rate of the last minutes says, at every phase", timeVarying);
