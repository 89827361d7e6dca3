"""English. Keys are diagnosis codes and parts of a message; placeholders are the names in braces."""

TEXTS = {
    # One line per diagnosis.
    "not_started": "not started yet: replace `raise NotImplementedError` by your own code",
    "missing_undefined": "{exercise} is not defined: run the cell that defines it first, and keep its name",
    "missing_time": "stopped after its time limit: is there a loop that never ends?",
    "missing_died": "the process ended before it answered: did it use too much memory, or leave with exit()?",
    "missing_answers": "returned far more data than was asked for",
    "missing_damaged": "no usable answer came back",
    "missing_not_asked": 'its check was never reached: is the cell check("{exercise}") still there?',
    "raised": "{type}: {message}",
    "raised_hidden": "{type} in a case that is not shown",
    "raised_line": "your line {line}: {source}",
    "did_not_raise": "{names} should be raised here and was not",
    "none": "returned None{where}: is there a `return`?",
    "opaque": "returned a {type}{where}: return numbers or NumPy arrays",
    "ragged": "returned a {type}{where} whose rows differ in length or that holds no numbers",
    "type": "returned a {actual}{where}, expected a {expected}",
    "type_plain": "returned a {actual}{where}, which is not what the docstring asks for",
    "length": "returned {actual} values{where}, expected {expected}",
    "keys": "the returned dict{where} lacks {missing}",
    "shape": "shape{where}: yours {actual}, expected {expected}",
    "shape_same_values": "shape{where}: yours {actual}, expected {expected}; the values are right: keepdims, reshape?",
    "dtype": "dtype{where}: yours {actual}, expected {expected}; `/` makes floats, `//` keeps whole numbers",
    "not_finite": "{strange} of {total} values{where} are NaN or infinite, the first at {index}",
    "values": "wrong in {wrong} of {total} places{where}",
    "values_one": "wrong value{where}",
    "all_zero": "every value{where} is zero",
    "changed_input": "the argument {names} is changed after the call: work on a copy",
    "distribution": "the drawn numbers are not what the docstring asks for",
    "fact": "not so: {fact}",
    "fact_values": "{fact}: yours {actual}, expected {expected}",
    # Quiz questions.
    "answered": "noted: {given}",
    "question_open": "not answered yet: {exercise} = ...",
    "question_number": "a number is wanted, as {exercise} = 2.5",
    "question_choice": 'one letter of {letters} is wanted, as {exercise} = "a"',
    "question_choices": 'letters of {letters} are wanted, as {exercise} = "ac"',
    "question_text": 'a word in quotes is wanted, as {exercise} = "word"',
    "question_wrong": "not right",
    "question_options": "{right} of {total} options judged rightly",
    "question_plain": "right for the question as the notebook shows it without STUDENT_ID",
    "question_next": 'ask("{exercise}") shows the question again',
    "question_later": "right or wrong is told after grading",
    "not_a_question": '{exercise} is an exercise, not a question: check("{exercise}") checks it',
    "no_hint": 'a question has no hint; ask("{exercise}") shows it',
    "question_form_number": "Answer: {exercise} = a number{unit}",
    "question_form_choice": "Answer: {exercise} = a letter in quotes",
    "question_form_choices": "Answer: {exercise} = all right letters in quotes",
    "question_form_text": "Answer: {exercise} = a word in quotes",
    "hidden": "a case that is not shown is wrong",
    # Flaws of a sample.
    "flaw_not_random": "the same numbers come again and again, whatever `rng` is",
    "flaw_other_source": "the same `rng` gives other numbers the second time: draw from `rng` only",
    "flaw_repeats": "many values come more than once: draw every entry anew, in full precision",
    "flaw_pattern": "entries far apart repeat each other: copies, mirrored halves or tiles?",
    "flaw_reach": "no value comes near the ends of the range: is the limit too small?",
    "flaw_calls": "two calls are not independent",
    "flaw_rows": "neighbouring rows are not independent",
    "flaw_columns": "neighbouring columns are not independent",
    "flaw_bounds": "values outside the possible ones",
    "flaw_mean": "mean {mean:.4g}, expected {expected_mean:.4g}",
    "flaw_spread": "standard deviation {std:.4g}, expected {expected_std:.4g}",
    "flaw_mean_hidden": "another mean",
    "flaw_spread_hidden": "another standard deviation",
    "flaw_law": "another distribution",
    # Parts around it.
    "where": " in result{path}",
    "inputs": "with {inputs}",
    "place": "{index}  yours {actual}   expected {expected}",
    "place_one": "yours {actual}   expected {expected}",
    "likely_title": "likely: {mistake}: {hint}",
    "criterion_wrong": "{right} of {total} cases",
    "criterion_needs_values": "not until the answers are right",
    "criterion_hidden": "hidden",
    "pending": "{count} hidden criteria run only at grading",
    "pending_one": "1 hidden criterion runs only at grading",
    "next": 'hint("{exercise}") gives a hint',
    "passed": "all cases right",
    "hint": "{exercise}: {hint}",
    # What check says when it cannot check.
    "not_a_name": 'the name of the exercise belongs in quotes: check("{name}")',
    "unknown_exercise": 'check("{exercise}"): no exercise of that name in {place}; did you mean {close}?',
    "no_cases": (
        'check("{exercise}"): its public cases were not found beside the notebook or in the installed course; '
        "put public_cases.json into {place}"
    ),
    "bad_cases": "{path}: cannot be used ({reason}); download it again together with the notebook",
    # What is seen in the code without running it.
    "findings_title": "seen in the code (this changes no mark):",
    "finding_cell": "cell {cell}, line {line}",
    "finding_line": "line {line}",
    "finding_import": (
        "{where}: `{source}`: this exercise is meant to be written with NumPy; when graded, {what} may not be there"
    ),
    "finding_hidden_import": (
        "{where}: `{source}`: {what} can hide an import; NumPy, by a plain `import`, is all the exercise needs"
    ),
    "finding_reads_files": (
        "{where}: `{source}`: when graded, these files may not be there; work on the arguments the function is given"
    ),
    "finding_process": (
        "{where}: `{source}`: when graded, other programs and the network may be out of reach; find a way without them"
    ),
    "finding_not_looked": "{where}: too much code to be looked at in full; shorten this cell, or split it",
    "finding_more": "and {count} more",
    # The graded cell.
    "graded_level": "run at isolation level {level}",
    "graded_ended": "the notebook was stopped: {ended}",
    "asked_without_id": "without STUDENT_ID the notebook shows it so:",
    "other_student": (
        "STUDENT_ID is {claimed}, and this was handed in by {student}: questions were judged by the numbers and the "
        "order of options of the latter; if that is wrong, tell your instructor"
    ),
    "note_title": "Noticed by the grader",
    # What stopped a notebook, or what it was refused.
    "report_limit_wall": "the notebook's time was used up",
    "report_limit_cpu": "the notebook's processor time was used up",
    "report_limit_cell": "a cell ran out of time",
    "report_limit_check": "a check ran out of time",
    "report_limit_memory": "the memory a notebook may use was not enough",
    "report_limit_disk": "more was written than a notebook may write",
    "report_limit_threads": "more threads were started than a notebook may have",
    "report_limit_answers": "more data was returned than a notebook may return",
    "report_limit_files": "the files beside the notebook are too large; some were left out",
    "report_died": "the process ended by itself ({detail})",
    "report_hidden": "something was refused by the sandbox while hidden cases were asked",
    "report_call": "refused by the sandbox: to {purpose} ({name})",
    "report_imported": "not there for notebooks: {detail}",
    "report_path": "refused by the sandbox: {path} ({verb})",
    "report_more": "and {count} more",
    "ended_time": "time limit",
    "ended_died": "its process ended early",
    "ended_answers": "too much data returned",
    "ended_damaged": "no usable answers came back",
    # What was put right in a notebook before it was graded. {cell}: "the check of relu", "the cell setup".
    "repair_missing": "{cell} was missing and was put back; please leave locked cells where they are",
    "repair_moved": "{cell} stood where it could not work and was moved; please leave locked cells where they are",
    "repair_edited": "{cell} is locked and had been edited; it is again as released",
    "repair_edited_kept": (
        "{cell} is locked and had been edited; it is again as released, and what you wrote there is kept in a cell of "
        "its own; next time make a new cell for it"
    ),
    "repair_copy": "{cell} was there more than once; one counts, the other is a cell of your own now",
    "repair_empty_copy": "{cell} was there more than once; its untouched copy was taken out, your work counts",
    "repair_unknown": "a cell called itself {cell}, which this notebook does not have; it is a cell of your own now",
    "repair_type": "{cell} had become a cell of another type; it is again as released",
    "repair_settings": "the grading settings of {cell} had changed ({changed}); they are again as released",
    "repair_lost_one": "{cell} had lost its grading settings; it was recognised by its text",
    "repair_lost": (
        "{count} cells had lost their grading settings, as happens in some editors; they were recognised by their text "
        "({names}), and there is nothing for you to do"
    ),
    "repair_schema": "the grading settings were of an older nbgrader and are up to date now; nothing for you to do",
    "repair_format": "the notebook was in an old format ({version}) and was converted; save it in a current Jupyter",
    "repair_renamed": "the notebook was handed in as {found} and graded as {expected}; please keep its name next time",
    "repair_answer_missing": "The cell of this answer was missing; the answer may be elsewhere in this notebook.",
}
