// The shapes that the modules share. Types only: nothing here reaches the browser.

export type Numbers = Float32Array | Float64Array | Int32Array | Uint16Array | Uint8Array;
export interface Table { data: Numbers; shape: number[] }
export interface Message<M> { meta: M; arrays: Record<string, Table> }
export type Point = number[];
export type Range = [number, number];

/** From loss to height; `unit` counts on a linear scale, `offset` on a logarithmic one. */
export interface Scale { kind: "linear" | "log"; floor: number; offset: number; unit: number }

export interface SceneryMeta {
  key: string;
  dimension: 1 | 2;
  variables: string[];
  label: string;
  domain: Range[];
  scale: Scale;
  ticks: { at: number; text: string }[];
  /** The digits with which a loss is written. */
  digits: number;
  levels: { start: number; end: number; size: number };
  minima: Point[];
  /** Those beside the known lowest ones, where they are few enough to be marked. */
  local_minima?: Point[];
  local_losses?: number[];
  minimum_loss: number | null;
  /** What the smallest and the largest level stand for, where the grid is sent packed; else it is the array `c`. */
  heights?: Range;
}

/** The problem, ready to be drawn: `shade[iy * nx + ix]` in 2-D, `shade[ix]` in 1-D, of the scaled loss. */
export interface Scenery extends SceneryMeta {
  x: Numbers;
  y: Numbers | null;
  shade: Numbers;
  /** The lowest and the highest in the domain. */
  height: Range;
}

export type Head = "circle" | "square" | "diamond" | "triangle" | "cross" | "star" | "pentagon" | "down";
export interface RunStyle { light: string; dark: string; dash: number[]; head: Head }

export interface RunMeta {
  slot: number;
  label: string;
  short: string;
  hidden: boolean;
  diverged_at: number;
  style: RunStyle;
  sentence: string;
  buffers: string[];
  optimizer: string;
  /** What can be turned; missing where there is no knob. */
  knobs?: KnobMeta[];
}

/** One number of a run: `at` is its place among the values of its family, 0 to 1, and `key` what that is known by. */
export interface KnobMeta { name: string; label: string; value: number; at: number; key: string }

export interface FamilyMeta {
  key: string;
  name: string;
  label: string;
  steps: number;
  /** The member that was the run when the family was made, and the one that ends lowest. */
  current: number;
  best: number | null;
  labels: string[];
  shorts: string[];
  kinds: string[];
  styles: Record<string, { light: string; dark: string; name: string }>;
  /** By member; a table of changes as `Judgement` has them. */
  verdicts: Judgement[][];
  tolerance: (number | null)[];
}

/** One run, its columns apart. `last` is the last step at which everything is finite, -1 if there is none. */
export interface Run extends RunMeta {
  /** The run with another value, while the knob is turned: only as true as the picture. */
  turned?: boolean;
  last: number;
  w: Float64Array[];
  height: Float64Array;
  loss: Float64Array;
  lr: Float64Array;
  /** Gradients and displacements: of the run that is chosen in the message, empty for the others. */
  grad: Float64Array[];
  move: Float64Array[];
  gradNorm: Float64Array;
  slope: Float64Array | null;
  /** By coordinate, where they were sent: the multiplier of the gradient, and the averaged path. */
  effective: Float64Array[];
  average: Float64Array[];
}

export interface ViewMeta {
  panes: "map" | "surface" | "both";
  layout: "overlay" | "split";
  loss_axis: "log" | "linear";
  /** Whether the rate that was given is drawn, or the multiplier of the gradient in each coordinate. */
  rate?: "given" | "effective" | "sharpness";
  step: number | null;
  speed: number;
  loop: boolean;
  numbers: boolean;
  /** Whether the map shows where the rate is unstable. */
  unstable?: boolean;
  /** Whether a unit is as long in x as in y; auto: where the picture does not become thin by it. */
  axes?: View["axes"];
  seen?: number[] | null;
  camera?: number[] | null;
}

export interface PathsMeta {
  scenery: string;
  steps: number;
  start: Point;
  chosen: number;
  runs: RunMeta[];
  headline: string;
  view: ViewMeta;
  /** The range of the loss less `loss_shift`, which is 0 unless the losses have much in common. */
  loss_range: Range;
  loss_shift: number;
  /** The range of the loss less `loss_floor`, for a logarithmic axis; both null where there is no use for one. */
  loss_log_range: Range | null;
  loss_floor: number | null;
  rate_range: Range;
  rate_axis: "log" | "linear";
  autoplay: boolean;
  /** In a new epoch the playhead is taken from the view; within one it stays where it is. */
  epoch?: number;
  /** What to say when the runs are drawn. */
  word?: string | null;
  /** What the verdicts on these runs are known by. */
  token?: string;
  /** What the chosen run's optimizer computes between its buffers and the direction, by name, and that as arithmetic. */
  between?: string[];
  direction?: string;
  /** What is known of the chosen run's stability; shape and scales of the curvature where the region is shown. */
  limits?: { bearable: number | null; shape?: number[]; scales?: number[][] };
}

/** The Hessian over the picture: xx, xy, yy, in one variable xx alone, row by row. */
export interface CurvatureGrid { columns: number; rows: number; entries: Float64Array[] }

/** The stability of the chosen run, by step; null where it is not known or was not asked for. */
export interface Limits {
  slot: number;
  /** The product of rate and sharpness that its rule bears. */
  bearable: number | null;
  /** The rate below which each step is stable; infinite where the loss does not curve upwards. */
  limit: Float64Array | null;
  sharpness: Float64Array | null;
  bound: Float64Array | null;
  /** By coordinate: what the gradient is multiplied by. */
  multipliers: Float64Array[];
  grid: CurvatureGrid | null;
}

/** A line in a chart that is no run's: on its axis, as it is, and its name. */
export interface Guide { values: Float64Array; raw: Float64Array; text: string }

export interface Paths extends Omit<PathsMeta, "runs" | "limits" | "between"> {
  between: { name: string; columns: Float64Array[] }[];
  limits: Limits | null;
  runs: Run[];
  /** One entry per buffer of the chosen run: its columns by coordinate. */
  buffers: Float64Array[][];
}

/** What is shown: the part of the message's view that the person changes in the player. */
export interface View {
  panes: ViewMeta["panes"];
  layout: ViewMeta["layout"];
  loss_axis: ViewMeta["loss_axis"];
  rate: "given" | "effective" | "sharpness";
  speed: number;
  loop: boolean;
  numbers: boolean;
  unstable: boolean;
  axes: "auto" | "equal" | "fill";
  /** The part of the plane that is seen, as x from, x to, y from, y to; null: all of the domain. */
  seen: number[] | null;
  /** From where the surface is looked at: degrees around it and above the horizon; null: from where it shows most. */
  camera: number[] | null;
  chosen: number;
  hidden: number[];
}

/** Change where the picture is looked at. */
export type Look = (change: (view: View) => Partial<Pick<View, "seen" | "camera">>) => void;

/** What the surface stands in: the ranges of x, y and height that are seen, and how long its sides are drawn. */
export interface Box { ranges: [Range, Range, Range]; sides: [number, number, number] }

export interface Theme {
  key: string;
  dark: boolean;
  text: string;
  muted: string;
  faint: string;
  background: string;
  panel: string;
  border: string;
  grid: string;
  accent: string;
  font: string;
  /** How many times as large as they are written text, marks and margins are. */
  scale: number;
  contour: string;
  surface: [number, string][];
}

/** Everything that a pane draws from. `at` is the playhead, in steps, between whole steps while it plays. */
export interface Model {
  scenery: Scenery;
  paths: Paths;
  view: View;
  theme: Theme;
  visible: Run[];
  at: number;
  playing: boolean;
  start: Point;
  /** By run; empty until they have come. */
  verdicts: Judgement[][];
  /** What was tried on each run; empty until it is known. */
  advice: Advice[];
  /** Whether the knob is being turned: axes and margins then stay as they are. */
  turning: boolean;
}

/** value -> pixel is `scale * value + shift`, in CSS pixels of the pane; `log` axes take log10 first. */
export interface Axis { scale: number; shift: number; lo: number; hi: number }
export interface Rect { left: number; top: number; right: number; bottom: number }
export interface Cell { x: Axis; y: Axis; rect: Rect }

/** A polyline in pixels, clipped: vertex i is reached at step `step[i]`; `pen[i]` 0 lifts the pen before it. */
export interface Track {
  x: number[];
  y: number[];
  step: number[];
  pen: number[];
  length: number[];
  dot: number[];
}

export interface PlotElement extends HTMLElement {
  _fullLayout?: any;
  on(event: string, listener: (event: any) => void): void;
}

/** The few functions of plotly.js that are used. */
export interface Plotly {
  react(element: HTMLElement, data: object[], layout: object, config?: object): Promise<unknown>;
  relayout(element: HTMLElement, update: object): Promise<unknown>;
  restyle(element: HTMLElement, update: object, traces: number[]): Promise<unknown>;
  purge(element: HTMLElement): void;
  Plots: { resize(element: HTMLElement): unknown };
}

/** What became of each run: from `step` on, until the next, this is the verdict. */
export interface Judgement { step: number; kind: string; sentence: string }
export interface VerdictsMeta { token: string; runs: Judgement[][] }
/** What was tried on a run; `limit` is the first rate at which it ends, null where that is not drawn; `peak` is its own. */
export interface Advice { sentence: string; limit: number | null; word: string; peak: number }
export interface AdviceMeta { token: string; runs: Advice[] }

export interface Listeners {
  start?(point: Point, how: { live: boolean }): void;
  view?(view: View): void;
  step?(step: number | null): void;
  /** Where the picture rests, after it was moved or turned: as the address writes it, null where it is as at first. */
  look?(look: { seen: string | null; camera: string | null }): void;
  /** What was tried on the runs is wanted. */
  advise?(question: { token: string }): void;
  /** The family of a number is wanted, for the knob. */
  ask?(question: { slot: number; name: string }): void;
  /** A number of a run was set with the knob. */
  set?(setting: { slot: number; name: string; value: number }): void;
  /** The address to copy; without it there is no button for that. */
  link?(): string;
  /** The picture stands. */
  drawn?(word: string): void;
}
