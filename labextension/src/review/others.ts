/** What a run is compared with, as the server names it and in words. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';

export const OTHERS = ['previous', 'success', 'weekday', 'source'] as const;

export function otherWord(
  trans: TranslationBundle,
  other: (typeof OTHERS)[number]
): string {
  switch (other) {
    case 'previous':
      return trans.__('the run before');
    case 'success':
      return trans.__('the last success');
    case 'weekday':
      return trans.__('the same weekday last week');
    case 'source':
      return trans.__('the source notebook');
  }
}
