import { render } from "preact";
import { startTheme } from "../state/theme.ts";
import { Board } from "./board.tsx";
import { JobBoard } from "./job-board.ts";

const root = document.querySelector("#app");
if (root === null) throw new Error("The page needs a place to be.");
startTheme();
const board = new JobBoard();
board.open();
root.replaceChildren();
render(<Board board={board} />, root);
