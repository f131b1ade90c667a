import { frontDoorLoss } from "./cases/front-door.ts";
import { describeCases } from "./describe-cases.ts";

describeCases("a front door without a line loses what Erlang's formula says, whatever the distribution", frontDoorLoss);
