/** What the pages about runs ask of the server; publishing and analysis are asked for by `client.ts`. */
import { URLExt } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type {
  IRepairWish,
  IReviewApi,
  IRunRef,
  IRunsWish,
  IStepRef
} from '../runs/tokens';
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
  RunPage
} from './_generated';
import { call } from './call';

export class ReviewClient implements IReviewApi {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  overview(): Promise<readonly PipelineRow[]> {
    return call(this._settings, 'get', '/promote/api/overview');
  }

  failures(): Promise<readonly Failure[]> {
    return call(this._settings, 'get', '/promote/api/failures');
  }

  runPage(dagId: string, wish: IRunsWish): Promise<RunPage> {
    return call(this._settings, 'get', '/promote/api/pipelines/{dag_id}/runs', {
      names: { dag_id: dagId },
      query: {
        limit: String(wish.limit),
        offset: String(wish.offset),
        state: wish.states.join(','),
        kind: wish.kinds.join(',')
      }
    });
  }

  run(run: IRunRef): Promise<Run> {
    return call(this._settings, 'get', '/promote/api/runs/{dag_id}/{run_id}', {
      names: namesOf(run)
    });
  }

  manifest(dagId: string, version: string): Promise<Manifest> {
    return call(
      this._settings,
      'get',
      '/promote/api/pipelines/{dag_id}/versions/{version}',
      { names: { dag_id: dagId, version } }
    );
  }

  backfill(dagId: string, request: BackfillRequest): Promise<Backfill> {
    return call(
      this._settings,
      'post',
      '/promote/api/pipelines/{dag_id}/backfill',
      { names: { dag_id: dagId }, body: request }
    );
  }

  async unpublish(dagId: string, revision: number): Promise<void> {
    await call(
      this._settings,
      'post',
      '/promote/api/pipelines/{dag_id}/unpublish',
      { names: { dag_id: dagId }, body: { expected_revision: revision } }
    );
  }

  async repair(run: IRunRef, wish: IRepairWish): Promise<void> {
    await call(
      this._settings,
      'post',
      '/promote/api/runs/{dag_id}/{run_id}/repair',
      {
        names: namesOf(run),
        body: { version: wish.version, step: wish.step || null }
      }
    );
  }

  attempts(run: IRunRef): Promise<readonly AttemptInfo[]> {
    return call(
      this._settings,
      'get',
      '/promote/api/runs/{dag_id}/{run_id}/attempts',
      { names: namesOf(run) }
    );
  }

  previews(step: IStepRef): Promise<readonly Preview[]> {
    return call(
      this._settings,
      'get',
      '/promote/api/runs/{dag_id}/{run_id}/steps/{step}/previews',
      { names: namesOf(step), query: placeOf(step) }
    );
  }

  async log(step: IStepRef): Promise<string> {
    const answer = await call(
      this._settings,
      'get',
      '/promote/api/runs/{dag_id}/{run_id}/steps/{step}/log',
      { names: namesOf(step), query: placeOf(step) }
    );
    return answer.text;
  }

  fileUrl(step: IStepRef, path: string): string {
    const { baseUrl, token } = this._settings;
    const { dagId, runId } = step;
    const place = ['promote/api/runs', dagId, runId, 'steps', step.step, 'file']
      .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
      .join('/');
    const query = { ...placeOf(step), path, ...(token ? { token } : {}) };
    return URLExt.join(baseUrl, place) + URLExt.objectToQueryString(query);
  }

  copyFile(step: IStepRef, path: string): Promise<CopiedFile> {
    return call(
      this._settings,
      'post',
      '/promote/api/runs/{dag_id}/{run_id}/steps/{step}/copy',
      {
        names: namesOf(step),
        body: { path, mapIndex: step.mapIndex, attempt: step.attempt ?? null }
      }
    );
  }

  compare(run: IRunRef, other: string): Promise<Comparison> {
    return call(
      this._settings,
      'get',
      '/promote/api/runs/{dag_id}/{run_id}/compare',
      { names: namesOf(run), query: { with: other } }
    );
  }

  debug(step: IStepRef, confirm: boolean): Promise<DebugPlan> {
    return call(
      this._settings,
      'post',
      '/promote/api/runs/{dag_id}/{run_id}/steps/{step}/debug',
      {
        names: namesOf(step),
        body: {
          mapIndex: step.mapIndex,
          attempt: step.attempt ?? null,
          confirm
        }
      }
    );
  }
}

function namesOf(place: IRunRef & { step?: string }): Record<string, string> {
  const { dagId, runId, step = '' } = place;
  return { dag_id: dagId, run_id: runId, step };
}

function placeOf(step: IStepRef): Record<string, string> {
  return {
    map_index: String(step.mapIndex),
    attempt: String(step.attempt ?? 0)
  };
}
