/** The name that a heading offers a step. Pure. */
import { type ITaggedCell, placesOf, stepNameFrom, stepNames } from './tags';

const HEADING = /^\s*#{1,6}\s+(.+?)\s*#*\s*$/m;
/** What Markdown and HTML write beside the words: pictures, addresses of links, marks, tags. */
const BESIDE = [
  [/!\[[^\]]*\]\([^)]*\)/g, ''],
  [/\[([^\]]*)\]\([^)]*\)/g, '$1'],
  [/<[^<>]*>/g, ''],
  [/[*`]/g, '']
] as const;

/**
 * The name that the nearest heading gives a step that begins at a cell: the cell's own, or the one above it unless a
 * step began in between. Empty where there is none, and where a step has the name.
 */
export function nameOffered(
  cells: readonly ITaggedCell[],
  index: number
): string {
  const places = placesOf(cells);
  for (let at = index; at >= 0; at--) {
    const name = nameIn(cells[at]);
    if (name !== '') {
      return stepNames(cells).includes(name) ? '' : name;
    }
    if (at < index && places[at]?.starts) {
      break;
    }
  }
  return '';
}

function nameIn(cell: ITaggedCell | undefined): string {
  const [, title = ''] =
    (cell?.type === 'markdown' && HEADING.exec(cell.source)) || [];
  return stepNameFrom(
    BESIDE.reduce((text, [mark, kept]) => text.replace(mark, kept), title)
  );
}
