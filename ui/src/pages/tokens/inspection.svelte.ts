// What is under inspection. The text goes to the core at once and is not held here; the core holds it for five minutes at most.
import type { PickedFile, Told, TokenInspection } from '../../api/gen';
import { rpc, toldOf } from '../../api/rpc';

/** How long the core holds a text, milliseconds. */
export const HELD_MS = 5 * 60_000;

/** The state of one visit of the page. */
export class Visit {
  found = $state.raw<TokenInspection | null>(null);
  trouble = $state.raw<Told | null>(null);
  busy = $state(false);
  keys = $state.raw<PickedFile[]>([]);
  issuer = $state('');
  /** When the core wipes the text; null = it holds none. */
  until = $state<number | null>(null);
  #turn = 0;

  /** Inspects a text. The caller lets go of it. */
  text(text: string, now: number): Promise<void> {
    return this.#ask({ text }, now);
  }

  /** Inspects a file. */
  file(file: PickedFile, now: number): Promise<void> {
    return this.#ask({ handles: [file.handle] }, now);
  }

  /** Inspects again what is held, against other keys. */
  async again(): Promise<void> {
    if (this.until !== null) await this.#ask({}, null);
  }

  /** Wipes what is held, here and in the core. */
  async wipe(): Promise<void> {
    this.#turn += 1;
    this.found = null;
    this.trouble = null;
    this.until = null;
    this.busy = false;
    try {
      await rpc('token_forget', {});
    } catch (error) {
      this.trouble = toldOf(error);
    }
  }

  async #ask(what: { text?: string; handles?: string[] }, now: number | null): Promise<void> {
    const mine = ++this.#turn;
    this.busy = true;
    this.trouble = null;
    try {
      const found = await rpc('token_inspect', { ...what, keys: this.keys.map((file) => file.handle), issuer: this.issuer });
      if (mine !== this.#turn) return;
      this.found = found;
      if (now !== null) this.until = now + HELD_MS;
    } catch (error) {
      if (mine !== this.#turn) return;
      this.trouble = toldOf(error);
      if (now !== null) {
        this.found = null;
        this.until = null;
      }
    } finally {
      if (mine === this.#turn) this.busy = false;
    }
  }
}
