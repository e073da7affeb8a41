// The one door between the window and what it runs in. Nothing else in the window knows Tauri, a server or a fixture.

/** A file the user picked or dropped: a handle, never a path. */
export type Picked = { handle: string; name: string; bytes: number; folder: boolean };

/** What `onDrop` tells. */
export type DropEvent = { state: 'over' } | { state: 'left' } | { state: 'dropped'; files: Picked[] };

export interface Host {
  readonly kind: 'tauri' | 'server' | 'fixtures';
  /** Calls the core. Rejects with the four parts of an error, or with whatever broke on the way. */
  rpc(command: string, args: unknown): Promise<unknown>;
  /** Opens the host's file dialog; an empty list when the user cancels. */
  pickFiles(purpose: 'import' | 'pack' | 'map' | 'tokens' | 'jwks', folder: boolean): Promise<Picked[]>;
  /** Asks where to write; null when the user cancels. */
  pickTarget(purpose: 'pack' | 'csv' | 'xlsx' | 'key' | 'map' | 'opengraph' | 'graphml' | 'graph_csv' | 'svg' | 'png' | 'markdown' | 'json' | 'html', name: string): Promise<Picked | null>;
  /** Files dragged over the window. Answers how to stop listening. */
  onDrop(tell: (event: DropEvent) => void): () => void;
  /** An entry of the native menu was chosen. Answers how to stop listening. */
  onMenu(tell: (action: string) => void): () => void;
  /** Puts text on the clipboard. */
  copy(text: string): Promise<void>;
}
