/** Runs as the server tells them, with what a test is about. */
import type { Run, StepRun } from '../../labextension/src/api/_generated';

export function stepRun(step: string, own: Partial<StepRun> = {}): StepRun {
  return {
    step,
    mapIndex: -1,
    state: 'success',
    attempt: 1,
    attempts: 1,
    possible: null,
    tryNumber: 1,
    started: null,
    seconds: 2,
    cell: null,
    failedCell: null,
    failedCellIndex: null,
    message: '',
    hint: '',
    learned: null,
    queuedSeconds: null,
    peakMemory: null,
    handoffBytes: 0,
    metrics: {},
    notebook: '',
    ...own
  };
}

export function runOf(...steps: StepRun[]): Run {
  return {
    dagId: 'churn',
    runId: 'manual',
    state: 'success',
    version: 1,
    versionId: 'v-1',
    kind: 'manual',
    startedBy: 'me',
    logicalDate: null,
    started: null,
    resumed: null,
    ended: null,
    parameters: {},
    steps,
    whole: '',
    url: '',
    rayUrl: ''
  };
}
