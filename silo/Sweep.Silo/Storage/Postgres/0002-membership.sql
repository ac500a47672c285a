-- Who is in the cluster, and the statements by which Orleans' AdoNet clustering gets at it. The version row orders every change: a change
-- names the version it has seen, and of several that name the same, the first to lock the row goes through and the others change nothing.
CREATE TABLE orleansmembershipversiontable
(
    deploymentid varchar(150)   COLLATE "C" NOT NULL PRIMARY KEY,
    timestamp    timestamptz(3) NOT NULL DEFAULT now(),
    version      integer        NOT NULL DEFAULT 0
);

CREATE TABLE orleansmembershiptable
(
    deploymentid varchar(150)   COLLATE "C" NOT NULL REFERENCES orleansmembershipversiontable (deploymentid),
    address      varchar(45)    COLLATE "C" NOT NULL,
    port         integer        NOT NULL,
    generation   integer        NOT NULL,
    siloname     varchar(150)   NOT NULL,
    hostname     varchar(150)   NOT NULL,
    status       integer        NOT NULL,
    proxyport    integer,
    suspecttimes text,
    starttime    timestamptz(3) NOT NULL,
    iamalivetime timestamptz(3) NOT NULL,

    PRIMARY KEY (deploymentid, address, port, generation)
);

INSERT INTO orleansquery (querykey, querytext) VALUES
('InsertMembershipVersionKey', $query$
WITH added AS
(
    INSERT INTO orleansmembershipversiontable (deploymentid) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1
)
SELECT count(*) FROM added
$query$),

('InsertMembershipKey', $query$
WITH moved AS
(
    UPDATE orleansmembershipversiontable
    SET version = version + 1, timestamp = now()
    WHERE deploymentid = @DeploymentId AND version = @Version
      AND NOT EXISTS
      (
          SELECT 1 FROM orleansmembershiptable AS silo
          WHERE silo.deploymentid = @DeploymentId AND silo.address = @Address AND silo.port = @Port AND silo.generation = @Generation
      )
    RETURNING 1
),
added AS
(
    INSERT INTO orleansmembershiptable
        (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
    SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM moved
    RETURNING 1
)
SELECT count(*) FROM added
$query$),

('UpdateMembershipKey', $query$
WITH moved AS
(
    UPDATE orleansmembershipversiontable
    SET version = version + 1, timestamp = now()
    WHERE deploymentid = @DeploymentId AND version = @Version
      AND EXISTS
      (
          SELECT 1 FROM orleansmembershiptable AS silo
          WHERE silo.deploymentid = @DeploymentId AND silo.address = @Address AND silo.port = @Port AND silo.generation = @Generation
      )
    RETURNING 1
),
changed AS
(
    UPDATE orleansmembershiptable
    SET status = @Status, suspecttimes = @SuspectTimes, iamalivetime = @IAmAliveTime
    FROM moved
    WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
    RETURNING 1
)
SELECT count(*) FROM changed
$query$),

-- A silo's own sign of life orders nothing, and so leaves the version alone.
('UpdateIAmAlivetimeKey', $query$
UPDATE orleansmembershiptable
SET iamalivetime = @IAmAliveTime
WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),

-- One row at least when the version row is there: its silo columns are null when the silo is not.
('MembershipReadRowKey', $query$
SELECT latest.deploymentid AS DeploymentId, silo.address AS Address, silo.port AS Port, silo.generation AS Generation,
       silo.siloname AS SiloName, silo.hostname AS HostName, silo.status AS Status, silo.proxyport AS ProxyPort,
       silo.suspecttimes AS SuspectTimes, silo.starttime AS StartTime, silo.iamalivetime AS IAmAliveTime, latest.version AS Version
FROM orleansmembershipversiontable AS latest
LEFT JOIN orleansmembershiptable AS silo
  ON silo.deploymentid = latest.deploymentid AND silo.address = @Address AND silo.port = @Port AND silo.generation = @Generation
WHERE latest.deploymentid = @DeploymentId
$query$),

('MembershipReadAllKey', $query$
SELECT latest.deploymentid AS DeploymentId, silo.address AS Address, silo.port AS Port, silo.generation AS Generation,
       silo.siloname AS SiloName, silo.hostname AS HostName, silo.status AS Status, silo.proxyport AS ProxyPort,
       silo.suspecttimes AS SuspectTimes, silo.starttime AS StartTime, silo.iamalivetime AS IAmAliveTime, latest.version AS Version
FROM orleansmembershipversiontable AS latest
LEFT JOIN orleansmembershiptable AS silo ON silo.deploymentid = latest.deploymentid
WHERE latest.deploymentid = @DeploymentId
$query$),

('GatewaysQueryKey', $query$
SELECT address AS Address, proxyport AS ProxyPort, generation AS Generation
FROM orleansmembershiptable
WHERE deploymentid = @DeploymentId AND status = @Status AND proxyport > 0
$query$),

('DeleteMembershipTableEntriesKey', $query$
DELETE FROM orleansmembershiptable WHERE deploymentid = @DeploymentId;
DELETE FROM orleansmembershipversiontable WHERE deploymentid = @DeploymentId
$query$),

-- 3 is Active: a silo in work is never cleaned away, however old its sign of life.
('CleanupDefunctSiloEntriesKey', $query$
DELETE FROM orleansmembershiptable
WHERE deploymentid = @DeploymentId AND iamalivetime < @IAmAliveTime AND status <> 3
$query$);
