"""Every error this project raises on purpose, in one tree.

    SemsearchError
    ├── UsageError            what cannot be asked (exit code 2, HTTP 422)
    │   ├── QueryError        a question or text that cannot be searched
    │   │   └── StaleCursorError  a cursor of an index that has changed since (HTTP 410)
    │   ├── SettingError      a setting that is unknown or out of its range
    │   └── NotFoundError     a paper or statement that the index does not hold (HTTP 404)
    ├── InputError            a file that cannot be read; the rest of the batch goes on
    ├── AddressError          an address of the network that cannot or may not be asked
    │   └── UnknownHostError  a host whose name is not known now
    ├── FetchError            a service that cannot be asked, or answers as it should not
    │   ├── RefusedError      it will not give what was asked for, now or later
    │   └── UnansweredError   it gave no usable answer, and may give one later
    ├── DeliveryError         news of a saved search that could not be sent
    ├── EvaluationError       an evaluation set that is not in the documented form
    ├── EncoderError          a model that cannot be loaded or is not the one expected
    └── IndexFolderError      something is wrong with an index folder
        ├── MissingIndexError a folder that holds no index
        ├── MismatchError     an index of another model, recipe or a newer format
        ├── DamageError       a file of the index that does not fit its hash, size or count
        ├── LockedError       another process is writing to this index
        └── StorageError      the disk is full, read-only or failing

Messages are one sentence that names the file or value, the place, and what was expected.
"""

from __future__ import annotations


class SemsearchError(Exception):
    """Base of all errors of this project; its text is meant for the user."""


class UsageError(SemsearchError):
    """The request itself is wrong; nothing was done."""


class QueryError(UsageError):
    """The question or text cannot be searched."""


class StaleCursorError(QueryError):
    """The list that a cursor belongs to is not there any more: the index has changed."""


class SettingError(UsageError):
    """A setting is unknown or out of its range."""


class NotFoundError(UsageError):
    """The index holds no such paper or statement."""


class InputError(SemsearchError):
    """An input file cannot be read."""


class AddressError(SemsearchError):
    """An address cannot be read, or may not be asked."""


class UnknownHostError(AddressError):
    """The name of a host is not known now."""


class FetchError(SemsearchError):
    """A service cannot be asked, or answers as it should not."""


class RefusedError(FetchError):
    """A service will not give what it was asked for, now or later.

    Args:
        text: why.
        status: of its answer; None where that is not the reason.
    """

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


class UnansweredError(FetchError):
    """A service gave no usable answer, and may give one later."""


class DeliveryError(SemsearchError):
    """News of a saved search could not be sent, and is sent again the next time."""


class EvaluationError(SemsearchError):
    """An evaluation set is not in the documented form."""


class EncoderError(SemsearchError):
    """A model cannot be loaded, or is not the one expected."""


class IndexFolderError(SemsearchError):
    """Something is wrong with an index folder."""


class MissingIndexError(IndexFolderError):
    """The folder holds no index."""


class MismatchError(IndexFolderError):
    """The index was made with another model, recipe or a newer format."""


class DamageError(IndexFolderError):
    """A file of the index does not fit its recorded hash, size or count."""


class LockedError(IndexFolderError):
    """Another process is writing to this index."""


class StorageError(IndexFolderError):
    """The disk is full, read-only or failing."""
