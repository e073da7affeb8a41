// One statement as a dialog makes it: under way or not, what went wrong, and afterwards a notice with its undo, which Ctrl+Z knows too.
import type { Told } from '../api/gen';
import { inventory } from '../api/inventory.svelte';
import { toldOf } from '../api/rpc';
import { tellChange } from './undo';

export class Statement {
  saving = $state(false);
  trouble = $state.raw<Told | null>(null);

  /** Makes it unless one is under way, waits until the window shows it and tells it in these words. Answers whether it was made. */
  async make<R extends { revision: number }>(change: () => Promise<R>, words: (made: R) => string): Promise<boolean> {
    if (this.saving) return false;
    this.saving = true;
    this.trouble = null;
    try {
      const made = await change();
      await inventory.changed();
      tellChange(words(made), made.revision);
      return true;
    } catch (error) {
      this.trouble = toldOf(error);
      return false;
    } finally {
      this.saving = false;
    }
  }
}
