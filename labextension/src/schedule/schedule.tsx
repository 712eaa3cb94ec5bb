/** When the pipeline runs: presets, cron, timezone, the sentence and the next runs. */
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as cronstrue from 'cronstrue';
import * as React from 'react';
import type { PipelineModel } from '../pipeline/model';
import { settingAt } from '../pipeline/settings';
import { Field } from '../ui/field';
import { useTrans } from '../ui/react';
import { isTimezone, nextRuns, parseCron } from './cron';
import { browserTimezone, presets } from './presets';

const SHOWN_RUNS = 5;
const SIX_DAYS_MS = 6 * 86_400_000;

export function ScheduleForm(props: { model: PipelineModel }): JSX.Element {
  const trans = useTrans();
  const { model } = props;
  const text = (key: string): string | null => {
    const value = settingAt(model.settings, ['schedule', key]);
    return typeof value === 'string' ? value : null;
  };
  const cron = text('cron');
  const timezone = text('timezone') ?? browserTimezone();
  const setCron = (value: string | null): void => {
    model.set(['schedule', 'cron'], value);
    if (text('timezone') === null) {
      model.set(['schedule', 'timezone'], timezone);
    }
  };
  return (
    <div className="jp-Promote-schedule">
      <div
        className="jp-Promote-presets"
        role="group"
        aria-label={trans.__('Schedule')}
      >
        {presets(trans).map(preset => (
          <button
            key={preset.label}
            type="button"
            className="jp-Promote-preset"
            aria-pressed={preset.cron === cron}
            onClick={() => setCron(preset.cron)}
          >
            {preset.label}
          </button>
        ))}
      </div>
      <div className="jp-Promote-form">
        <Field
          id="jp-Promote-cron"
          label={trans.__('Cron')}
          placeholder={trans.__('by hand only')}
          value={cron ?? ''}
          check={value =>
            value.trim() === '' || parseCron(value)
              ? ''
              : trans.__('Five fields: minute, hour, day, month, weekday.')
          }
          onChange={value => setCron(value.trim() === '' ? null : value.trim())}
        />
        <Field
          id="jp-Promote-timezone"
          label={trans.__('Timezone')}
          value={timezone}
          suggestions={[...new Set([browserTimezone(), 'UTC'])]}
          check={value =>
            isTimezone(value)
              ? ''
              : trans.__('Not a timezone; write for example Europe/Berlin.')
          }
          onChange={value => model.set(['schedule', 'timezone'], value)}
        />
        <div className="jp-Promote-field">
          <label htmlFor="jp-Promote-overlap">
            {trans.__('If still running')}
          </label>
          <HTMLSelect
            id="jp-Promote-overlap"
            value={text('overlap') ?? 'skip'}
            onChange={event =>
              model.set(['schedule', 'overlap'], event.target.value)
            }
          >
            <option value="skip">{trans.__('Skip the new run')}</option>
            <option value="queue">{trans.__('Wait for it')}</option>
            <option value="parallel">{trans.__('Run both')}</option>
          </HTMLSelect>
        </div>
      </div>
      {cron !== null && <Ahead cron={cron} timezone={timezone} />}
    </div>
  );
}

function Ahead(props: { cron: string; timezone: string }): JSX.Element | null {
  const trans = useTrans();
  const cron = parseCron(props.cron);
  if (!cron || !isTimezone(props.timezone)) {
    return null;
  }
  const runs = nextRuns(cron, props.timezone, new Date(), SHOWN_RUNS);
  return (
    <div className="jp-Promote-ahead">
      <p>
        {sentence(props.cron)} <span>({props.timezone})</span>
      </p>
      <details>
        <summary>{trans.__('Next five runs')}</summary>
        <ol>
          {runs.map(run => (
            <li key={run.getTime()}>{formatMoment(run, props.timezone)}</li>
          ))}
        </ol>
      </details>
    </div>
  );
}

/** A moment as people in a timezone say it: `Tue 02:00` within a week of `from`, else with its date. */
export function formatMoment(at: Date, timezone: string, from?: Date): string {
  const soon = from && at.getTime() - from.getTime() < SIX_DAYS_MS;
  return at.toLocaleString(undefined, {
    timeZone: timezone,
    weekday: 'short',
    ...(soon ? {} : { month: 'short', day: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23'
  });
}

function sentence(cron: string): string {
  return cron.startsWith('@')
    ? cron
    : cronstrue.toString(cron, { use24HourTimeFormat: true, verbose: true });
}
