/** When the pipeline runs: presets, cron, timezone, the sentence and the next runs. */
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PublishState, SchedulePreview } from '../api/_generated';
import type { PipelineModel } from '../pipeline/model';
import { isObject, settingAt } from '../pipeline/settings';
import { Field } from '../ui/field';
import { useChanges, useTrans } from '../ui/react';
import type { PublishModel } from './model';
import { formatMoment } from './moments';
import { browserTimezone, presets } from './presets';

export function ScheduleForm(props: {
  model: PipelineModel;
  publishing: PublishModel;
}): JSX.Element {
  const trans = useTrans();
  const { model, publishing } = props;
  useChanges(publishing);
  const text = (key: string): string | null => {
    const value = settingAt(model.settings, ['schedule', key]);
    return typeof value === 'string' ? value : null;
  };
  const cron = text('cron');
  const timezone = text('timezone') ?? browserTimezone();
  const preview = usePreview(model, cron, timezone);
  const setCron = (value: string | null): void => {
    if (text('timezone') === null) {
      // One change, so that reverting takes back what one click did.
      const others = settingAt(model.settings, ['schedule']);
      const kept = isObject(others) ? others : {};
      model.set(['schedule'], { ...kept, cron: value, timezone });
    } else {
      model.set(['schedule', 'cron'], value);
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
          error={preview?.field === 'cron' ? preview.error : ''}
          onChange={value => setCron(value.trim() === '' ? null : value.trim())}
        />
        <Field
          id="jp-Promote-timezone"
          label={trans.__('Timezone')}
          value={timezone}
          suggestions={[...new Set([browserTimezone(), 'UTC'])]}
          error={preview?.field === 'timezone' ? preview.error : ''}
          onChange={value => model.set(['schedule', 'timezone'], value.trim())}
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
      {preview?.sentence && (
        <Ahead
          preview={preview}
          timezone={timezone}
          title={nextRunsTitle(trans, publishing.state)}
        />
      )}
    </div>
  );
}

/** What the server says of a schedule; null by hand, before it answered and while it is away. */
function usePreview(
  model: PipelineModel,
  cron: string | null,
  timezone: string
): SchedulePreview | null {
  const [preview, setPreview] = React.useState<SchedulePreview | null>(null);
  React.useEffect(() => {
    if (cron === null) {
      setPreview(null);
      return;
    }
    let overtaken = false;
    model.api.schedulePreview(cron, timezone).then(
      answer => overtaken || setPreview(answer),
      () => overtaken || setPreview(null)
    );
    return () => {
      overtaken = true;
    };
  }, [model, cron, timezone]);
  return preview;
}

/** Whether what the form says is what happens, or what would happen. */
function nextRunsTitle(
  trans: TranslationBundle,
  state: PublishState | null
): string {
  const serves =
    state !== null && !['never_published', 'retired'].includes(state.state);
  if (!serves || state.scheduleChange) {
    return trans.__('Next runs, once published');
  }
  return state.paused
    ? trans.__('Next runs, once switched on')
    : trans.__('Next runs');
}

function Ahead(props: {
  preview: SchedulePreview;
  timezone: string;
  title: string;
}): JSX.Element {
  const { preview, timezone, title } = props;
  return (
    <div className="jp-Promote-ahead">
      <p>{preview.sentence}</p>
      <details>
        <summary>{title}</summary>
        <ol>
          {preview.runs.map(run => (
            <li key={run}>{formatMoment(new Date(run), timezone)}</li>
          ))}
        </ol>
      </details>
    </div>
  );
}
