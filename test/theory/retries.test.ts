import { retries } from "./cases/retries.ts";
import { describeCases } from "./describe-cases.ts";

describeCases("messages whose jobs fail are received and die as often as the probability says", retries);
