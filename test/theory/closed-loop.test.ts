import { closedLoop } from "./cases/closed-loop.ts";
import { describeCases } from "./describe-cases.ts";

describeCases("users in a closed loop are served as often as the repair shop says", closedLoop);
