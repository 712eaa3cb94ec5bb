/** The publish button with what it did last and what is served now. */
import * as React from 'react';
import type { PipelineModel } from '../pipeline/model';
import type { PublishState, Stage } from '../api/_generated';
import type { RunsModel } from '../runs/model';
import { useTrigger } from '../runs/trigger';
import { Act } from '../ui/button';
import { ChangeItems } from '../ui/change-items';
import { Field } from '../ui/field';
import { ProblemBox, Sentence, useChanges, useTrans } from '../ui/react';
import { Answers, Meanwhile } from './conflict';
import type { PublishModel } from './model';
import { knownLine } from './state-line';
import { ToCheck } from './to-check';

export function PublishBar(props: {
  pipeline: PipelineModel;
  publishing: PublishModel;
  runs: RunsModel;
  /** Another line says why Airflow does not answer. */
  isAway: boolean;
}): JSX.Element {
  const trans = useTrans();
  const { pipeline, publishing, runs } = props;
  useChanges(publishing);
  useChanges(runs);
  const parameters = pipeline.analysis?.parameters ?? [];
  const trigger = useTrigger({ runs, parameters });
  const canRun =
    pipeline.published !== null && !publishing.isRetired && !publishing.busy;
  const blocking =
    pipeline.analysis?.findings.filter(found => found.severity === 'error')
      .length ?? 0;
  const [wrongField] = pipeline.form.wrong;
  const again = publishing.state !== null || pipeline.published !== null;
  const { problem, operation, busy } = publishing;
  const [message, setMessage] = React.useState('');
  return (
    <div className="jp-Promote-publish">
      {busy && operation && <Stages stages={operation.stages} />}
      {!busy && problem && (
        <ProblemBox problem={problem}>
          <Stopped stages={operation?.stages ?? []} />
          <Meanwhile publishing={publishing} problem={problem} />
          <Answers publishing={publishing} problem={problem} />
        </ProblemBox>
      )}
      {!busy && !problem && publishing.unread && !props.isAway && (
        <ProblemBox problem={publishing.unread}>
          <Act onClick={() => void publishing.refresh()}>
            {trans.__('Ask again')}
          </Act>
        </ProblemBox>
      )}
      {!busy && <ScheduleChanged state={publishing.state} />}
      {!busy && (publishing.state?.changes.length ?? 0) > 0 && (
        <details className="jp-Promote-changes" open={problem !== null}>
          <summary>{trans.__('What publishing would change')}</summary>
          <ul>
            <ChangeItems changes={publishing.state?.changes ?? []} />
          </ul>
          <Field
            id="jp-Promote-message"
            label={trans.__('Message')}
            placeholder={trans.__('why it changes')}
            value={message}
            onChange={setMessage}
          />
        </details>
      )}
      {canRun && trigger.fields}
      <div className="jp-Promote-publishRow">
        <p className="jp-Promote-state" role="status">
          {busy
            ? publishing.away
              ? trans.__('The server does not answer; it is asked again.')
              : trans.__('Publishing…')
            : blocking > 0
              ? trans._n(
                  '%1 finding blocks publishing.',
                  '%1 findings block publishing.',
                  blocking
                )
              : wrongField !== undefined
                ? trans.__('Correct what is typed at %1.', wrongField)
                : knownLine(trans, publishing, pipeline.published !== null)}
        </p>
        {!busy && blocking === 0 && (
          <ToCheck findings={pipeline.analysis?.findings ?? []} />
        )}
        {!busy && publishing.state?.paused && !publishing.isRetired && (
          <Act look="link" onClick={() => void publishing.setPaused(false)}>
            {trans.__('Switch on')}
          </Act>
        )}
        {!busy && publishing.state?.nextRun && (
          <Act look="link" onClick={() => void publishing.setPaused(true)}>
            {trans.__('Pause')}
          </Act>
        )}
        <div className="jp-Promote-publishButtons">
          {canRun && trigger.button}
          <button
            type="button"
            className="jp-Promote-button jp-mod-accept"
            disabled={
              busy ||
              blocking > 0 ||
              wrongField !== undefined ||
              pipeline.analysis === null
            }
            onClick={() => void publishing.publish({ message })}
          >
            {again ? trans.__('Publish again') : trans.__('Publish')}
          </button>
        </div>
      </div>
    </div>
  );
}

/** `At 02:00 → At 06:00`, where publishing changes when it runs. */
function ScheduleChanged(props: {
  state: PublishState | null;
}): JSX.Element | null {
  const trans = useTrans();
  const change = props.state?.scheduleChange;
  return change ? (
    <p className="jp-Promote-scheduleChange">
      {trans.__('Schedule:')} <del>{change.before}</del>{' '}
      <span aria-label={trans.__('becomes')}>→</span> <ins>{change.after}</ins>
    </p>
  ) : null;
}

function Stages(props: { stages: readonly Stage[] }): JSX.Element {
  return (
    <ol className="jp-Promote-stages">
      {props.stages.map(stage => (
        <li key={stage.name} data-state={stage.state}>
          <b>{stage.name}</b>
          {stage.message && (
            <span>
              {' '}
              <Sentence text={stage.message} />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

/** How far it came that did not come to its end; nothing of what was refused at its beginning. */
function Stopped(props: { stages: readonly Stage[] }): JSX.Element | null {
  const trans = useTrans();
  const done = props.stages.filter(stage => stage.state === 'done');
  const stage = props.stages[done.length];
  return done.length > 0 && stage ? (
    <p>
      {trans.__(
        'It stopped at stage %1 of %2:',
        done.length + 1,
        props.stages.length
      )}{' '}
      <b>{stage.name}</b>
    </p>
  ) : null;
}
