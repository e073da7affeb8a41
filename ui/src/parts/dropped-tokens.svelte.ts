// Files that were dropped while the Token inspector is open: they hold tokens or keys, and are no exports to import.
import type { PickedFile } from '../api/gen';

let take = $state.raw<((files: PickedFile[]) => void) | null>(null);

export const droppedTokens = {
  /** Whether a page wants them. */
  get wanted() {
    return take !== null;
  },
  /** A page begins to take drops. Answers how to stop. */
  listen(next: (files: PickedFile[]) => void): () => void {
    take = next;
    return () => {
      if (take === next) take = null;
    };
  },
  give(files: PickedFile[]): void {
    take?.(files);
  },
};
