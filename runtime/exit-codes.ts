/** How programs of the runtime end when it was not well. */

/** Settings cannot be used, or a port is taken. As the `headroom` command has it. */
export const EXIT_BAD_INPUT = 2;

/**
 * What the program was started with no longer holds, such as a password: it has to be started anew, with what holds now
 * (EX_TEMPFAIL of sysexits.h).
 */
export const EXIT_START_ANEW = 75;
