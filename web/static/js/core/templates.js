/**
 * Sentences of the server that have something to fill in, as the catalogues know them; the first that fits is taken. Those
 * without anything to fill in need no list. What is in neither is shown as the server said it.
 */
export const TEMPLATES = [
  // The progress of a job.
  "Waiting, {count} job ahead",
  "Waiting, {count} jobs ahead",
  "Making the sound: {percent} % (attempt {attempt})",
  "Making the sound: {percent} %",
  "Making another attempt: the last one had {reasons}",
  // Why something did not work.
  "This job has ended already: it is {status}.",
  "This job has no sound: it is {status}.",
  "None of the file's {count} entries is a sound of this Sound Box.",
  "A playlist holds at most {most} tracks; it has {held}, and {more} would come.",
  "You have {count} playlists, as many as one can have; delete one first.",
  "The file may have at most {bytes} bytes.",
  "A file may have at most {most} entries; this one has {count}.",
  "The melody is {seconds} s long; wanted {least} to {most} s.",
  "The track to continue has {seconds} s already; asked for were {wanted} s of both together.",
  "The engine {engine} cannot continue a track with the model {model}.",
  "The engine {engine} cannot follow a melody with the model {model}.",
  "must be more than the {seconds} s of the track to continue",
  "Downloading {what}: {done} of {total} {unit}.",
  // What listeners say of a category.
  "The sound is in {category} already; {votes} of {threshold} listeners say so, too.",
  "{category}: {votes} of {threshold} listeners say so.",
  "{category}: {votes} listeners agree.",
];
