import { otherArrivals } from "./cases/arrivals.ts";
import { describeCases } from "./describe-cases.ts";

describeCases("arrivals that are not Poisson keep one server as busy as theory says", otherArrivals);
