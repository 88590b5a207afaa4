"""JavaScript twin of platform/records."""

__pragma__(
    "js",
    "{}",
    """
export const is_none = (x) => x === null || x === undefined;
export const is_tuple = (x) => false;
export const as_tuple = (items) => items;
export const record_keys = (record) => Object.keys(record);
export const record_at = (record, key) => record[key];
export const record_has = (record, key) => Object.prototype.hasOwnProperty.call(record, key);
export const new_record = (keys, values) => Object.fromEntries(keys.map((key, i) => [key, values[i]]));
""",
)
