import { generalService } from "./cases/general-service.ts";
import { describeCases } from "./describe-cases.ts";

describeCases("M/G/1 waits as Pollaczek and Khinchine say", generalService);
