// What a key does in the grid. Pure: the grid carries it out.

export type GridAct =
  | { act: 'row'; by: number } | { act: 'page'; by: number } | { act: 'end'; to: 'first' | 'last' } | { act: 'column'; by: number }
  | { act: 'columnEnd'; to: 'first' | 'last' } | { act: 'open' } | { act: 'select' } | { act: 'selectAll' } | { act: 'clear' } | { act: 'goto' }
  | { act: 'copyCells' } | { act: 'copyRows' } | { act: 'speak' };

type Pressed = { key: string; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean };

export function gridAct(event: Pressed): GridAct | null {
  const command = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  if (command) {
    switch (event.key.toLowerCase()) {
      case 'a':
        return { act: 'selectAll' };
      case 'c':
        return event.shiftKey ? { act: 'copyRows' } : { act: 'copyCells' };
      case 'g':
        return { act: 'goto' };
      case 'y':
        return event.shiftKey ? { act: 'speak' } : null;
      case 'home':
        return { act: 'end', to: 'first' };
      case 'end':
        return { act: 'end', to: 'last' };
      default:
        return null;
    }
  }
  switch (event.key) {
    case 'ArrowDown':
    case 'j':
      return { act: 'row', by: 1 };
    case 'ArrowUp':
    case 'k':
      return { act: 'row', by: -1 };
    case 'PageDown':
      return { act: 'page', by: 1 };
    case 'PageUp':
      return { act: 'page', by: -1 };
    case 'Home':
      return { act: 'end', to: 'first' };
    case 'End':
      return { act: 'end', to: 'last' };
    case 'ArrowRight':
      return { act: 'column', by: 1 };
    case 'ArrowLeft':
      return { act: 'column', by: -1 };
    case 'Enter':
      return { act: 'open' };
    case 'x':
      return { act: 'select' };
    case 'Escape':
      return { act: 'clear' };
    default:
      return null;
  }
}
