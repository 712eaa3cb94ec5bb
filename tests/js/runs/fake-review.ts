/** The server's side of runs with a memory, and runs to show. */
import type {
  AttemptInfo,
  Backfill,
  BackfillRequest,
  Comparison,
  CopiedFile,
  DebugPlan,
  Failure,
  Manifest,
  PipelineRow,
  Preview,
  Run,
  RunPage,
  StepRun
} from '../../../labextension/src/api/_generated';
import type {
  IRepairWish,
  IReviewApi,
  IRunRef,
  IRunsWish,
  IStepRef
} from '../../../labextension/src/runs/tokens';

export function stepRun(own: Partial<StepRun> & { step: string }): StepRun {
  return {
    mapIndex: -1,
    state: 'success',
    attempt: 1,
    attempts: 1,
    possible: null,
    tryNumber: 1,
    started: null,
    seconds: 1,
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
    notebook: `churn/r1/${own.step}.ipynb`,
    ...own
  };
}

export function aRun(own: Partial<Run> = {}): Run {
  return {
    dagId: 'churn',
    runId: 'r1',
    state: 'success',
    version: 3,
    versionId: 'v-1',
    kind: 'manual',
    startedBy: 'ana',
    logicalDate: null,
    started: '2026-11-21T02:00:00Z',
    resumed: null,
    ended: '2026-11-21T02:14:00Z',
    parameters: {},
    steps: [stepRun({ step: 'load' }), stepRun({ step: 'train' })],
    whole: 'churn/r1/whole.ipynb',
    url: 'http://airflow/runs/r1',
    rayUrl: 'http://ray',
    ...own
  };
}

export const FAILED_RUN = aRun({
  runId: 'r2',
  state: 'failed',
  whole: 'churn/r2/whole.ipynb',
  steps: [
    stepRun({ step: 'load' }),
    stepRun({
      step: 'train',
      state: 'failed',
      failedCell: 'c30',
      failedCellIndex: 30,
      message: "KeyError: 'age'",
      hint: 'Look at the columns.'
    })
  ]
});

export function aRow(own: Partial<PipelineRow> = {}): PipelineRow {
  return {
    dagId: 'churn',
    name: 'Churn',
    number: 3,
    revision: 7,
    by: 'ana',
    at: '2026-11-20T12:00:00Z',
    path: 'models/churn.ipynb',
    retired: false,
    sourceFound: true,
    paused: false,
    schedule: 'At 02:00',
    nextRun: '2026-11-22T02:00:00Z',
    lastRuns: [],
    ...own
  };
}

export class FakeReview implements IReviewApi {
  readonly asked: string[] = [];
  rows: PipelineRow[] = [aRow()];
  runs: Run[] = [FAILED_RUN, aRun()];
  failed: Failure[] = [];
  known: AttemptInfo[] = [];
  left: Preview[] = [];
  comparison: Comparison = {
    this: side('r2'),
    other: side('r1'),
    equal: 4,
    cells: [],
    changes: []
  };
  refusal: Error | null = null;

  overview(): Promise<readonly PipelineRow[]> {
    return this._answer('overview', this.rows);
  }

  failures(): Promise<readonly Failure[]> {
    return this._answer('failures', this.failed);
  }

  runPage(dagId: string, wish: IRunsWish): Promise<RunPage> {
    return this._answer(`runs ${dagId} ${wish.offset} ${wish.states.join()}`, {
      runs: this.runs,
      total: 60
    });
  }

  run({ runId }: IRunRef): Promise<Run> {
    return this._answer(`run ${runId}`, aRun({ runId }));
  }

  manifest(): Promise<Manifest> {
    return Promise.reject(new Error('not published'));
  }

  backfill(dagId: string, request: BackfillRequest): Promise<Backfill> {
    return this._answer(
      `backfill ${dagId} ${request.from} ${request.to} ${request.confirm}`,
      {
        id: request.confirm ? 1 : null,
        dates: ['2026-11-01T01:00:00Z', '2026-11-02T01:00:00Z'],
        steps: 2,
        meanSeconds: 90
      }
    );
  }

  unpublish(dagId: string, revision: number): Promise<void> {
    return this._answer(`unpublish ${dagId} ${revision}`, undefined);
  }

  repair(run: IRunRef, { version, step }: IRepairWish): Promise<void> {
    return this._answer(`repair ${run.runId} ${version} ${step}`, undefined);
  }

  fileUrl({ step, attempt }: IStepRef, path: string): string {
    return `/file/${step}/${attempt}/${path}`;
  }

  copyFile({ step }: IStepRef, path: string): Promise<CopiedFile> {
    return this._answer(`copy ${step} ${path}`, { path: `models/${path}` });
  }

  attempts(run: IRunRef): Promise<readonly AttemptInfo[]> {
    return this._answer(`attempts ${run.runId}`, this.known);
  }

  previews(step: IStepRef): Promise<readonly Preview[]> {
    return this._answer(`previews ${step.step}`, this.left);
  }

  log(step: IStepRef): Promise<string> {
    return this._answer(`log ${step.step} ${step.attempt ?? 0}`, 'the log');
  }

  compare(run: IRunRef, other: string): Promise<Comparison> {
    return this._answer(`compare ${run.runId} ${other}`, this.comparison);
  }

  debug(step: IStepRef, confirm: boolean): Promise<DebugPlan> {
    return this._answer(`debug ${step.step} ${confirm}`, {
      path: `debug/${step.runId}-${step.step}/${step.step}.ipynb`,
      written: confirm,
      step: step.step,
      by: 'ana',
      own: false,
      bytes: 2 ** 21,
      inputs: [{ step: 'load', names: ['df'], bytes: 2 ** 21 }],
      warnings: ['Package pandas is 2.1 here; published with 2.2.']
    });
  }

  private _answer<T>(question: string, answer: T): Promise<T> {
    this.asked.push(question);
    return this.refusal
      ? Promise.reject(this.refusal)
      : Promise.resolve(answer);
  }
}

function side(runId: string): Comparison['this'] {
  return {
    kind: 'run',
    runId,
    version: 3,
    state: 'success',
    started: '2026-11-21T02:00:00Z',
    pastDate: null,
    path: ''
  };
}
