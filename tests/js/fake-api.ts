/** A server with a memory: it answers as it is told and remembers what it was asked. */
import { Signal } from '@lumino/signaling';
import type {
  Analysis,
  AttemptInfo,
  ClusterOffer,
  Connection,
  HeadEntry,
  Operation,
  PublishState,
  Run,
  SchedulePreview,
  VersionDiff,
  VersionInfo
} from '../../labextension/src/api/_generated';
import type {
  INotebookNow,
  IPromoteApi,
  PublishWish,
  RollbackWish,
  TrialWish
} from '../../labextension/src/tokens';

export function analysis(own: Partial<Analysis> = {}): Analysis {
  return {
    schema_version: 1,
    name: null,
    kernel: 'python3',
    language: 'python',
    steps: [],
    edges: [],
    findings: [],
    parameters: [],
    schedule: {
      cron: null,
      timezone: 'UTC',
      start: null,
      catchup: false,
      overlap: 'skip',
      assets: []
    },
    requirements: [],
    imports: [],
    files: [],
    outside_writes: [],
    cell_steps: {},
    suggested: [],
    ...own
  };
}

const served: HeadEntry = {
  at: '2026-11-20T12:00:00Z',
  before: null,
  by: 'ana',
  highest: 1,
  message: '',
  number: 1,
  path: 'churn.ipynb',
  retired: false,
  revision: 1,
  since: 1,
  source_user: '',
  swept: false,
  timezone: 'UTC',
  uid: 'u1',
  version: 'v-1'
};

export class FakeApi implements IPromoteApi {
  readonly asked: string[] = [];
  readonly changed: Signal<IPromoteApi, void> = new Signal(this);
  lookAgain(): void {
    this.changed.emit();
  }
  analyse: (request: INotebookNow) => Promise<Analysis> = () =>
    Promise.resolve(analysis());
  operations: Operation[] = [];
  known: Run[] = [];
  refusal: Error | null = null;
  ended: AttemptInfo[] = [];
  history: VersionInfo[] = [];
  further: PublishState['further'] = [];
  scheduleChange: PublishState['scheduleChange'] = null;

  connection(): Promise<Connection> {
    return this._answer('connection', {
      state: 'connected',
      message: 'Connected.',
      action: '',
      since: null,
      user: 'me',
      url: '',
      embedded: false
    });
  }

  connect(): Promise<Connection> {
    return this.connection();
  }

  publish(request: PublishWish): Promise<Operation> {
    return this._answer(`publish ${request.path}`, this._next());
  }

  operation(id: string): Promise<Operation> {
    return this._answer(`operation ${id}`, this._next());
  }

  cancelOperation(id: string): Promise<void> {
    return this._answer(`end ${id}`, undefined);
  }

  tryOut(request: TrialWish): Promise<Operation> {
    const { notebook, ...wish } = request;
    const sources = notebook.cells.map(cell => cell.source);
    return this._answer(
      `try ${JSON.stringify(wish)} ${JSON.stringify(sources)}`,
      this._next()
    );
  }

  cluster(): Promise<ClusterOffer> {
    return this._answer('cluster', {
      cpus: 4,
      memory: 2 ** 33,
      gpus: 0,
      accelerator: ''
    });
  }

  schedulePreview(cron: string): Promise<SchedulePreview> {
    return this._answer(`preview ${cron}`, {
      sentence: cron,
      runs: [],
      field: '',
      error: ''
    });
  }

  publishState(request: INotebookNow): Promise<PublishState> {
    return this._answer(`state ${request.path}`, {
      state: 'up_to_date',
      message: '',
      number: 1,
      revision: 1,
      by: '',
      at: null,
      path: '',
      paused: false,
      pausedBy: '',
      nextRun: null,
      schedule: null,
      scheduleChange: this.scheduleChange,
      further: this.further,
      changes: []
    });
  }

  runs(dagId: string): Promise<readonly Run[]> {
    return this._answer(`runs ${dagId}`, this.known);
  }

  trigger(
    dagId: string,
    parameters: Readonly<Record<string, unknown>>
  ): Promise<Run> {
    const run: Run = {
      dagId,
      runId: `run-${this.known.length}`,
      state: 'queued',
      version: 1,
      versionId: '',
      kind: 'manual',
      logicalDate: null,
      parameters: {},
      url: '',
      rayUrl: '',
      startedBy: 'me',
      started: null,
      resumed: null,
      ended: null,
      steps: [],
      whole: ''
    };
    this.known = [run, ...this.known];
    return this._answer(`trigger ${JSON.stringify(parameters)}`, run);
  }

  cancel(run: Run): Promise<void> {
    return this._answer(`cancel ${run.runId}`, undefined);
  }

  attempts(run: Run): Promise<readonly AttemptInfo[]> {
    return this._answer(`attempts ${run.runId}`, this.ended);
  }

  repair(run: Run): Promise<void> {
    return this._answer(`repair ${run.runId}`, undefined);
  }

  setPaused(dagId: string, paused: boolean): Promise<void> {
    return this._answer(`pause ${dagId} ${paused}`, undefined);
  }

  versions(dagId: string): Promise<readonly VersionInfo[]> {
    return this._answer(`versions ${dagId}`, this.history);
  }

  versionDiff(
    dagId: string,
    older: string,
    newer: string
  ): Promise<VersionDiff> {
    return this._answer(`diff ${dagId} ${older} ${newer}`, {
      older,
      newer,
      changes: ['Cell 2 changed.'],
      settings: [],
      cells: [{ cell: 'c1', kind: 'changed', diff: '-b\n+c' }]
    });
  }

  rollBack(dagId: string, wish: RollbackWish): Promise<HeadEntry> {
    const { version, expected_revision: revision, code_only } = wish;
    const how = code_only ? 'code of' : 'all of';
    return this._answer(`serve ${how} ${dagId} ${version} ${revision}`, {
      ...served,
      version: code_only ? `${version}-code` : version,
      revision: revision + 1
    });
  }

  private _answer<T>(question: string, answer: T): Promise<T> {
    this.asked.push(question);
    return this.refusal
      ? Promise.reject(this.refusal)
      : Promise.resolve(answer);
  }

  private _next(): Operation {
    const operation = this.operations.shift();
    if (!operation) {
      throw new Error('the fake has no more operations');
    }
    return operation;
  }
}
