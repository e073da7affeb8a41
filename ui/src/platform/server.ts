// A core behind the same origin (development and page tests): POST /rpc, files by POST /upload.
import type { DropEvent, Host, Picked } from './host';

async function rpc(command: string, args: unknown): Promise<unknown> {
  const answer = await fetch('/rpc', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ command, args }),
  });
  const body: unknown = await answer.json();
  if (!answer.ok) throw body;
  return body;
}

async function upload(files: Iterable<File>): Promise<Picked[]> {
  const picked: Picked[] = [];
  for (const file of files) {
    const answer = await fetch(`/upload?name=${encodeURIComponent(file.name)}`, { method: 'POST', body: file });
    const body: unknown = await answer.json();
    if (!answer.ok) throw body;
    picked.push(body as Picked);
  }
  return picked;
}

/** The browser's own file dialog. */
export function askForFiles(folder: boolean): Promise<File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    if (folder) input.webkitdirectory = true;
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

/** Drops on a browser window; `take` turns files into handles. */
export function browserDrops(tell: (event: DropEvent) => void, take: (files: File[]) => Promise<Picked[]>): () => void {
  const over = (event: DragEvent) => {
    event.preventDefault();
    tell({ state: 'over' });
  };
  const left = (event: DragEvent) => {
    if (event.relatedTarget === null) tell({ state: 'left' });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    void take(files).then((picked) => tell({ state: 'dropped', files: picked }));
  };
  window.addEventListener('dragover', over);
  window.addEventListener('dragleave', left);
  window.addEventListener('drop', drop);
  return () => {
    window.removeEventListener('dragover', over);
    window.removeEventListener('dragleave', left);
    window.removeEventListener('drop', drop);
  };
}

export const serverHost: Host = {
  kind: 'server',
  rpc,
  async pickFiles(_purpose, folder) {
    return upload(await askForFiles(folder));
  },
  async pickTarget(purpose, name) {
    return ((await rpc('pick_target', { purpose, name })) as Picked[])[0] ?? null;
  },
  onDrop: (tell) => browserDrops(tell, upload),
  onMenu: () => () => {},
  async copy(text) {
    await navigator.clipboard.writeText(text);
  },
};
