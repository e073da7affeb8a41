// The desktop. The only file that imports Tauri.
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { DropEvent, Host, Picked } from './host';

function rpc(command: string, args: unknown): Promise<unknown> {
  return invoke('rpc', { command, args });
}

export const tauriHost: Host = {
  kind: 'tauri',
  rpc,
  async pickFiles(purpose, folder) {
    return (await rpc('pick_files', { purpose, folder })) as Picked[];
  },
  async pickTarget(purpose, name) {
    return ((await rpc('pick_target', { purpose, name })) as Picked[])[0] ?? null;
  },
  onDrop(tell) {
    // The shell turns native drops into handles and tells them with these events.
    const stops = [
      listen('drop-over', () => tell({ state: 'over' })),
      listen('drop-left', () => tell({ state: 'left' })),
      listen<Picked[]>('dropped', (event) => tell({ state: 'dropped', files: event.payload } satisfies DropEvent)),
    ];
    // Files named on the command line wait in the shell until somebody listens.
    void Promise.all(stops)
      .then(() => rpc('waiting_files', {}))
      .then((files) => {
        if ((files as Picked[]).length > 0) tell({ state: 'dropped', files: files as Picked[] });
      });
    return () => stops.forEach((stop) => void stop.then((end) => end()));
  },
  onMenu(tell) {
    const stop = listen<string>('menu', (event) => tell(event.payload));
    return () => void stop.then((end) => end());
  },
  async copy(text) {
    await navigator.clipboard.writeText(text);
  },
};
