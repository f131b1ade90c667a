import { expose, transfer } from "comlink";
import { Simulator } from "./simulator.ts";

expose(new Simulator(transfer));
