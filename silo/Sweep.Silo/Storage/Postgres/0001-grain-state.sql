-- Grain state, and the statements by which Orleans' AdoNet provider gets at it. Names of parameters and of result columns are the
-- provider's; the statements are ours: one each, no functions, and a unique index that lets one of several first writers through.
CREATE TABLE orleansquery
(
    querykey  text NOT NULL PRIMARY KEY,
    querytext text NOT NULL
);

-- A row of a cleared state stays, without payload, and its version counts on: a writer from before the clearing can never match it.
CREATE TABLE orleansstorage
(
    grainidhash            integer      NOT NULL,
    grainidn0              bigint       NOT NULL,
    grainidn1              bigint       NOT NULL,
    graintypehash          integer      NOT NULL,
    graintypestring        varchar(512) COLLATE "C" NOT NULL,
    grainidextensionstring varchar(512) COLLATE "C",
    serviceid              varchar(150) COLLATE "C" NOT NULL,
    payloadbinary          bytea,
    modifiedon             timestamptz  NOT NULL DEFAULT now(),
    version                integer      NOT NULL
)
WITH (fillfactor = 80); -- A state is written several times over: room for its next version on its own page.

CREATE UNIQUE INDEX orleansstorage_grain
    ON orleansstorage (serviceid, graintypestring, coalesce(grainidextensionstring, ''), grainidn0, grainidn1);

INSERT INTO orleansquery (querykey, querytext) VALUES
('ReadFromStorageKey', $query$
SELECT payloadbinary AS PayloadBinary, version AS Version
FROM orleansstorage
WHERE serviceid = @ServiceId AND graintypestring = @GrainTypeString
  AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '')
  AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
$query$),

-- The new version; the caller's own when it was not the stored one, null when there was a row it had not read.
('WriteToStorageKey', $query$
WITH changed AS
(
    UPDATE orleansstorage
    SET payloadbinary = @PayloadBinary, modifiedon = now(), version = version + 1
    WHERE serviceid = @ServiceId AND graintypestring = @GrainTypeString
      AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '')
      AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
      AND version = @GrainStateVersion
    RETURNING version
),
added AS
(
    INSERT INTO orleansstorage
        (grainidhash, grainidn0, grainidn1, graintypehash, graintypestring, grainidextensionstring, serviceid, payloadbinary, version)
    SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary, 1
    WHERE @GrainStateVersion IS NULL
    ON CONFLICT DO NOTHING
    RETURNING version
)
SELECT coalesce((SELECT version FROM changed), (SELECT version FROM added), @GrainStateVersion) AS NewGrainStateVersion
$query$),

('ClearStorageKey', $query$
UPDATE orleansstorage
SET payloadbinary = NULL, modifiedon = now(), version = version + 1
WHERE serviceid = @ServiceId AND graintypestring = @GrainTypeString
  AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '')
  AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
  AND version = @GrainStateVersion
RETURNING version AS NewGrainStateVersion
$query$),

('DeleteStorageKey', $query$
DELETE FROM orleansstorage
WHERE serviceid = @ServiceId AND graintypestring = @GrainTypeString
  AND coalesce(grainidextensionstring, '') = coalesce(@GrainIdExtensionString, '')
  AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
  AND version = @GrainStateVersion
RETURNING version + 1 AS NewGrainStateVersion
$query$);
