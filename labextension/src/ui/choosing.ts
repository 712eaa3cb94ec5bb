/** A list whose choice acts at once is opened by the keys that would choose in it unseen. */
import type * as React from 'react';

const MOVING = /^(Arrow|Page|Home$|End$)/;

/**
 * Open the list instead of taking the next entry, which would act before the others are seen.
 *
 * Enter and Space are the browser's own.
 */
export function openInstead(
  event: React.KeyboardEvent<HTMLSelectElement>
): void {
  const { key, altKey, ctrlKey, metaKey } = event;
  const isLetter = key.length === 1 && key !== ' ';
  if (altKey || ctrlKey || metaKey || !(isLetter || MOVING.test(key))) {
    return;
  }
  event.preventDefault();
  event.currentTarget.showPicker?.();
}
