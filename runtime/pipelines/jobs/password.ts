import { z } from "zod";
import { AwsFailure } from "../../aws/errors.ts";
import { CachedParameter, type ReadParameter } from "../../aws/parameter-store.ts";
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../log.ts";

export interface PasswordOptions {
  /** The one that the process was started with. */
  readonly given: string;
  /** Reads the secret that it came from; undefined when that is not known. */
  readonly readSecret: ReadParameter | undefined;
  /** The password is no longer good, and there is no way to another: whoever starts the process has to give it the new one. */
  readonly lost: (reason: string) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The password that a database is shown. It may be changed under a running process: RDS does so every seven days to those it
 * manages (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html). Connections that are open stay
 * open; the next one is refused, and then the secret is read again.
 *
 * The change is not one moment: for a few seconds the server wants the new password while the secret still holds the old one.
 * Who is refused then is refused for now, and not for good.
 */
export class Password {
  private current: string;
  private readonly options: PasswordOptions;
  private readonly secret: CachedParameter | undefined;

  constructor(options: PasswordOptions) {
    this.options = options;
    this.current = options.given;
    this.secret = options.readSecret && new CachedParameter({ read: options.readSecret, clock: options.clock });
  }

  get value(): string {
    return this.current;
  }

  /** The server has refused `refused`. Returns whether there is another one by now that is worth a try. */
  async renewed(refused: string): Promise<boolean> {
    const { log, lost } = this.options;
    if (this.current !== refused) return true;
    if (this.secret === undefined) {
      lost("The database refuses the password: it was changed since this process was started with it.");
      return false;
    }
    try {
      this.current = SECRET.parse(JSON.parse(await this.secret.renewed())).password;
    } catch (error) {
      const isPassing = error instanceof AwsFailure && error.isRetryable;
      const reason = error instanceof AwsFailure ? error.message : "it is no JSON with a password in it";
      log.error({ reason, isPassing }, "the database refuses the password, and its secret cannot be read");
      if (!isPassing) lost("The database refuses the password, and the secret that it came from cannot be read.");
      return false;
    }
    if (this.current === refused) log.warn("the database refuses the password that its secret holds; it is tried again");
    else log.info("the database's password was changed, and has been read anew");
    return this.current !== refused;
  }
}

/** As RDS writes it, with more in it. */
const SECRET = z.object({ password: z.string().min(1) });
