import { markovServers } from "./cases/markov-servers.ts";
import { describeCases } from "./describe-cases.ts";

describeCases("M/M/c waits as Erlang C says", markovServers);
