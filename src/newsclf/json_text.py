"""Values of any kind as JSON that every reader knows, and as text that UTF-8 can write."""

import json
from base64 import b64encode
from datetime import date, time
from typing import Any


def as_json(value: Any) -> str:
    """Return a value as JSON; NaN and infinity, which JSON has no form for, as null."""
    try:
        return json.dumps(value, ensure_ascii=False, default=plain, allow_nan=False)
    except ValueError:
        widened = json.dumps(value, ensure_ascii=False, default=plain)
        return json.dumps(json.loads(widened, parse_constant=lambda _: None), ensure_ascii=False)


def plain(value: Any) -> Any:
    """Return what JSON has no form for, such as a Parquet file's dates, as text; bytes in base64."""
    if isinstance(value, date | time):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else str(value)


def whole_text(value: str) -> str:
    """Replace halves of character pairs, which JSON can write and UTF-8 cannot."""
    return value.encode("utf-8", "replace").decode("utf-8")
