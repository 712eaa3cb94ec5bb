/** Keeps what a person looks at where it is, while cells above it become higher or lower. */
import type { Notebook } from '@jupyterlab/notebook';

/** Change the look of cells; the active cell stays where it is on the page, or the topmost one when that is out of view. */
export function inPlace(notebook: Notebook, change: () => void): void {
  const { outerNode, activeCell, widgets } = notebook;
  const { top, bottom } = outerNode.getBoundingClientRect();
  const isSeen = ({ node }: { readonly node: HTMLElement }): boolean => {
    const place = node.getBoundingClientRect();
    return place.height > 0 && place.bottom > top && place.top < bottom;
  };
  const kept =
    activeCell && isSeen(activeCell) ? activeCell : widgets.find(isSeen);
  const before = kept?.node.getBoundingClientRect().top ?? 0;
  change();
  if (kept) {
    outerNode.scrollTop += kept.node.getBoundingClientRect().top - before;
  }
}
