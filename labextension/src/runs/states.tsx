/** States of runs and steps: a sign, a word and a colour, never the colour alone. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ShownState } from '../tokens';
import { useTrans } from '../ui/react';

const SIGNS: Readonly<Record<ShownState, string>> = {
  queued: '…',
  waiting: '…',
  running: '▸',
  cached: '✓',
  success: '✓',
  failed: '✕',
  cancelled: '■',
  skipped: '–',
  upstream_failed: '–'
};

export function stateWord(trans: TranslationBundle, state: ShownState): string {
  switch (state) {
    case 'queued':
      return trans.__('queued');
    case 'waiting':
      return trans.__('waiting for resources');
    case 'running':
      return trans.__('running');
    case 'cached':
      return trans.__('cached');
    case 'success':
      return trans.__('success');
    case 'failed':
      return trans.__('failed');
    case 'cancelled':
      return trans.__('cancelled');
    case 'skipped':
      return trans.__('skipped');
    case 'upstream_failed':
      return trans.__('not run');
  }
}

/** The sign alone, for places with many; whoever shows it gives it a name. */
export function Sign(props: { state: ShownState }): JSX.Element {
  return (
    <span
      className="jp-Promote-sign"
      data-state={props.state}
      aria-hidden="true"
    >
      {SIGNS[props.state]}
    </span>
  );
}

export function State(props: { state: ShownState }): JSX.Element {
  const trans = useTrans();
  return (
    <span className="jp-Promote-runState" data-state={props.state}>
      <span aria-hidden="true">{SIGNS[props.state]}</span>{' '}
      {stateWord(trans, props.state)}
    </span>
  );
}
