/** How many findings ask to be looked at, where one publishes: the list of them may be out of view. */
import * as React from 'react';
import type { Finding } from '../api/_generated';
import { grouped } from '../pipeline/findings';
import { useTrans } from '../ui/react';

export function ToCheck(props: {
  findings: readonly Finding[];
}): JSX.Element | null {
  const trans = useTrans();
  const count = grouped(props.findings).check.length;
  return count === 0 ? null : (
    <button
      type="button"
      className="jp-Promote-link"
      onClick={event => show(event.currentTarget)}
    >
      {trans._n('%1 to check', '%1 to check', count)}
    </button>
  );
}

/** Bring the list into view, in whatever is closed, and let the keyboard go on there. */
function show(from: HTMLElement): void {
  const panel = from.closest('.jp-Promote') ?? document;
  const list = panel.querySelector<HTMLDetailsElement>('[data-group="check"]');
  if (list === null) {
    return;
  }
  const closed = list.closest<HTMLElement>('[hidden]');
  if (closed) {
    panel.querySelector<HTMLElement>(`[aria-controls="${closed.id}"]`)?.click();
  }
  list.open = true;
  const title = list.querySelector('summary');
  title?.focus();
  title?.scrollIntoView({ block: 'start' });
}
