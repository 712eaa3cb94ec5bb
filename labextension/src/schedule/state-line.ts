/** What is published of a notebook, in one line, and when that runs next. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PublishState } from '../api/_generated';
import { clock } from '../runs/words';
import { formatMoment, withClocks } from './moments';
import { browserTimezone } from './presets';

/** What Airflow said last, and since when it says nothing. */
interface IKnown {
  readonly state: PublishState | null;
  readonly unreadSince: Date | null;
}

/** What is published; while Airflow does not say, since when that is so. */
export function knownLine(
  trans: TranslationBundle,
  { state, unreadSince }: IKnown,
  isPublished: boolean
): string {
  if (unreadSince === null || state === null) {
    return stateLine(trans, state, isPublished);
  }
  return trans.__(
    'Not known since %1. Before: %2',
    clock(unreadSince.toISOString(), new Date()),
    stateLine(trans, state, isPublished)
  );
}

function stateLine(
  trans: TranslationBundle,
  state: PublishState | null,
  isPublished: boolean
): string {
  if (state === null) {
    return isPublished
      ? trans.__('Published; Airflow has not answered yet.')
      : trans.__('Never published');
  }
  switch (state.state) {
    case 'never_published':
      return trans.__('Never published');
    case 'up_to_date':
      return onLine(trans, state);
    case 'ahead':
      return andNext(
        trans,
        state,
        trans.__('Changed since v%1', state.number ?? 0)
      );
    case 'behind':
      return andNext(
        trans,
        state,
        trans.__('Changed elsewhere: v%1 serves now', state.number ?? 0)
      );
    case 'diverged':
      return andNext(
        trans,
        state,
        trans.__(
          'Changed here and published elsewhere as v%1',
          state.number ?? 0
        )
      );
    case 'moved':
      return state.message || trans.__('Published from another file');
    case 'name_taken':
      return state.message;
    case 'retired':
      return trans.__('Unpublished');
  }
}

/** What differs, and when the version that serves runs next. */
function andNext(
  trans: TranslationBundle,
  state: PublishState,
  differs: string
): string {
  if (state.paused) {
    return state.pausedBy
      ? trans.__('%1. Paused by %2', differs, state.pausedBy)
      : trans.__('%1. Paused', differs);
  }
  return state.nextRun === null
    ? trans.__('%1. Runs by hand.', differs)
    : trans.__('%1. Next run %2', differs, nextRun(state, state.nextRun));
}

function onLine(trans: TranslationBundle, state: PublishState): string {
  if (state.paused) {
    return state.pausedBy
      ? trans.__('v%1, paused by %2', state.number ?? 0, state.pausedBy)
      : trans.__('v%1, paused', state.number ?? 0);
  }
  return state.nextRun === null
    ? trans.__('On (v%1). Runs by hand.', state.number ?? 0)
    : trans.__(
        'On (v%1). Next run %2',
        state.number ?? 0,
        nextRun(state, state.nextRun)
      );
}

/** On the clocks of the schedule that serves, which are named where they are not the browser's. */
function nextRun({ schedule }: PublishState, moment: string): string {
  const timezone = schedule?.timezone || browserTimezone();
  const said = formatMoment(new Date(moment), timezone, new Date());
  return withClocks(said, timezone);
}
