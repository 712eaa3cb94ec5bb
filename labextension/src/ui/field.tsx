/** A labelled text field that is checked as one types and gives its value when it is right. */
import * as React from 'react';

export interface IFieldProps {
  id: string;
  label: string;
  /** The value as text. */
  value: string;
  placeholder?: string;
  /** What is wrong with a text; empty when nothing is. */
  check?: (text: string) => string;
  /** What the server says is wrong with the value. */
  error?: string;
  /** Called with each text that is right. */
  onChange: (text: string) => void;
  /** Give wrong texts as well, to whoever must know that there is one. */
  everyText?: boolean;
  /** Called when a wrong text comes to stand in the field, and when it is gone. */
  onWrong?: (wrong: boolean) => void;
  suggestions?: readonly string[];
  inputMode?: 'decimal' | 'numeric' | 'text';
  disabled?: boolean;
  /** Several lines of text. */
  lines?: boolean;
}

export function Field(props: IFieldProps): JSX.Element {
  const [text, setText] = React.useState(props.value);
  const [focused, setFocused] = React.useState(false);
  const shown = focused ? text : props.value;
  const kept = props.check?.(text) ?? '';
  const own = focused || kept ? (props.check?.(text) ?? '') : '';
  const wrong = own || (props.error ?? '');
  const isWrong = own !== '';
  const { onWrong } = props;
  React.useEffect(() => {
    if (!isWrong || !onWrong) {
      return;
    }
    onWrong(true);
    return () => onWrong(false);
  }, [isWrong, onWrong]);
  const change = (next: string): void => {
    setText(next);
    if (props.everyText || !props.check?.(next)) {
      props.onChange(next);
    }
  };
  const list = props.suggestions ? `${props.id}-list` : undefined;
  type Box = HTMLInputElement | HTMLTextAreaElement;
  const shared = {
    id: props.id,
    className: 'jp-mod-styled',
    spellCheck: false,
    disabled: props.disabled,
    placeholder: props.placeholder,
    value: own ? text : shown,
    'aria-invalid': wrong !== '',
    'aria-describedby': wrong ? `${props.id}-wrong` : undefined,
    onFocus: (event: React.FocusEvent<Box>) => {
      setText(own ? text : props.value);
      setFocused(true);
      event.target.select();
    },
    onBlur: () => setFocused(false),
    onChange: (event: React.ChangeEvent<Box>) => change(event.target.value)
  };
  return (
    <div className="jp-Promote-field">
      <label htmlFor={props.id}>{props.label}</label>
      {props.lines ? (
        <textarea {...shared} rows={2} wrap="off" />
      ) : (
        <input
          {...shared}
          type="text"
          autoComplete="off"
          list={list}
          inputMode={props.inputMode ?? 'text'}
        />
      )}
      {list && (
        <datalist id={list}>
          {props.suggestions?.map(suggestion => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
      {wrong && (
        <p id={`${props.id}-wrong`} className="jp-Promote-wrong" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
